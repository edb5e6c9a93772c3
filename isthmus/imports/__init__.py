"""Files that people bring, recipes, runs and bad rows: how a company's data gets in, and is taken back."""
