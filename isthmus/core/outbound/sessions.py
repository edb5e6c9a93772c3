"""A session of `requests` whose every call goes the one way out: for libraries that speak through one.

Imported where it is needed alone: `requests` is not light. No proxy, no netrc, no cookie and no redirect.
"""

from collections.abc import Callable
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from isthmus.core.outbound.client import ask

MOST = 1_000_000  # bytes of an answer
# Of the way itself: the one way out says these.
_OF_THE_WAY = ("accept-encoding", "connection", "content-length", "transfer-encoding", "user-agent")


def session_through(*, seconds: float, before: Callable[[], None]) -> Session:
    """A session for one call. `before` is called when the connection stands, before anything is sent.

    The call raises AddressRefused, NotReached and NoAnswer as `ask` does.
    """
    session = Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _OneWayOut(seconds, before))
    return session


class _OneWayOut(BaseAdapter):
    def __init__(self, seconds: float, before: Callable[[], None]) -> None:
        super().__init__()
        self._seconds, self._before = seconds, before

    def send(self, request: PreparedRequest, *_told: Any, **_more: Any) -> Response:
        """One call, and what came back."""
        body: Any = request.body or b""
        answer = ask(
            str(request.method),
            str(request.url),
            body=body.encode() if isinstance(body, str) else bytes(body),
            headers={
                name: str(value) for name, value in request.headers.items() if name.lower() not in _OF_THE_WAY
            },
            most=MOST,
            seconds=self._seconds,
            before=self._before,
        )
        response = Response()
        response.status_code, response._content = answer.status, answer.body
        # Where it leads on is not followed: it would be a second call.
        told = {name: value for name, value in answer.headers.items() if name.lower() != "location"}
        response.headers = CaseInsensitiveDict(told)
        response.url, response.request, response.encoding = str(request.url), request, "utf-8"
        return response

    def close(self) -> None:
        """Nothing is kept open."""
