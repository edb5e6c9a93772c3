"""Everything that writes: sources, channels, bots, what could not be read; a file for each."""
