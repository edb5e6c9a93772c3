"""Recipes, runs and bad rows: how a company's data gets in, and how it is taken back."""
