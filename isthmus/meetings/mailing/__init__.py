"""Meetings by mail: invitations that go out, each change once, and what comes back or comes in."""
