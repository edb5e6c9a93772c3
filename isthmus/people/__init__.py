"""Persons and accounts, the identifiers that are theirs, consent and suppression."""
