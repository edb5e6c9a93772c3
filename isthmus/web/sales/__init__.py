"""Deals: the list, the board, the page with its stages, and its acts."""
