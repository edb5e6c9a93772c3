"""Signing in to calendar servers: the password is sealed with the keyring and opened only to sign in."""

import base64

from isthmus.core.safekeeping import seal, unseal
from isthmus.meetings.models import CalendarServer

PURPOSE = "calendar secret"


def sealed(password: str) -> str:
    """A password as it is kept."""
    return seal(password, purpose=PURPOSE)


def header_of(server: CalendarServer) -> dict[str, str]:
    """The header by which a server knows its user. Raises SafekeepingLost."""
    password = unseal(server.secret, purpose=PURPOSE) if server.secret else ""
    pair = base64.b64encode(f"{server.login}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
