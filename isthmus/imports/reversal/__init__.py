"""Undoing an import: what its chunks noted, which rows can go, and taking them away."""
