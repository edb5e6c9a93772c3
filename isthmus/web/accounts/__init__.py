"""Accounts: their list, their page with group, people and money, and its forms."""
