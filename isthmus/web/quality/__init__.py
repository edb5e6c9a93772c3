"""The page of records that need mending, and the filter of lists by the same definitions."""
