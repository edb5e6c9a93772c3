"""The REST face: commands from the registry, reads as resources."""
