"""Guests book a time with somebody: what is offered, whose turn it is, what follows of a booking."""
