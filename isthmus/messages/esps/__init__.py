"""Sending by the APIs of e-mail service providers (ESPs), and hearing from them what became of each mail."""
