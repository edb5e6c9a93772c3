"""What is wrong with records: each flaw defined once, to be counted, listed and mended by that definition."""
