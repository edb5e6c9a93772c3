"""A seller's day: the queue of what to do next, its acts, and tasks."""
