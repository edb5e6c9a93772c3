"""What received batches mean: events as facts, who they are about, and what could not be read."""
