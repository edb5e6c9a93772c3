"""Pages of the collector, under Settings: sources, what could not be read, channels."""
