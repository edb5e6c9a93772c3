"""The definitions, by topic: what one row is, which fact dates it, what it is worth."""
