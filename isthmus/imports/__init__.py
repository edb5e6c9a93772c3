"""Recipes, runs and bad rows: how a company's data gets in."""
