"""Isthmus: marketing and sales on one record, from the first impression to money in the bank."""

__version__ = "0.1.0"
