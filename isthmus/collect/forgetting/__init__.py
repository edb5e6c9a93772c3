"""Whose received events are, how they are handed over, how they leave every file of whoever is erased."""
