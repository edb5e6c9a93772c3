"""The overview: how revenue is going, where leads leak, what changed."""
