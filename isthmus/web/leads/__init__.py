"""Leads: their list, their page with the way they go, and the acts that a state allows."""
