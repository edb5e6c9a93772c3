"""Records that may be one and the same: found by signs, weighed, told apart for good where they are not."""
