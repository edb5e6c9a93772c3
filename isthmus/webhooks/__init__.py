"""Telling other systems what happened: endpoints, signed messages, tries, and doing them again."""
