"""The receiver: a bare WSGI application in front of Django, which puts what sources send into segments.

It speaks the Segment tracking specification, so that the programs people already have need no change. Only
the envelope is read here: each event is judged when it is sealed, so that a bad one spoils nobody else's.
"""
