"""Proposing a recipe for files nobody described: words, columns, records, links between files."""
