"""Sending a message once at most to each recipient, whatever breaks in between."""
