"""Imports in the browser: files brought, columns named, rehearsed, run, reported, corrected."""
