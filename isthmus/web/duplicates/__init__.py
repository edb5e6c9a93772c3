"""Duplicates of people and accounts: proposed pairs, merging with a preview, and why somebody is one."""
