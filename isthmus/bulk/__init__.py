"""One change to many records: tried on all of them first, done in parts, watched, taken back as one act."""
