"""A seller's day: what each room offers to do next, and in which order it stands."""
