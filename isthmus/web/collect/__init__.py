"""Pages of the collector, under Settings: sources, and what could not be read."""
