"""Comments on the pages of records: what was said, saying something, naming colleagues."""
