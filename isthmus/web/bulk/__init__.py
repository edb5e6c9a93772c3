"""Pages about changing many records: what to change, what it would do, how far it is, what came of it."""
