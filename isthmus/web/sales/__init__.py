"""Deals and their orders: the list, the page with stages, lines and payments, and its acts."""
