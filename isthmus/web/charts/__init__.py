"""Drawings as pure functions: figures in, SVG text out, a wide and a narrow one, and the table behind."""
