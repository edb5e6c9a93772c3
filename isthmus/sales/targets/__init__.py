"""Quotas and commitments: how they are set, split, kept and read, and how far anybody is."""
