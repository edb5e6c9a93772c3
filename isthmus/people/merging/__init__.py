"""Two records that are one: joined, and taken apart again with whatever came in between."""
