"""A process with too many requests at work lets go of their connections; one with few keeps them."""

import pytest

from isthmus.web.balancing import ENOUGH, Balanced


def connections_kept(at_once, protocol="HTTP/1.1"):
    """Whether the connections of requests, one inside the other, are kept; the innermost first."""
    kept = []

    def application(environ, start_response):
        if environ["inside"]:
            balanced({**environ, "inside": environ["inside"] - 1}, note)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    def note(status, headers):
        kept.append(("Connection", "close") not in headers)
        assert headers[0] == ("Content-Type", "text/plain")

    balanced = Balanced(application)
    environ = {"inside": at_once - 1, "SERVER_PROTOCOL": protocol}
    assert list(balanced(environ, note)) == [b"done"]
    return kept


def test_connections_are_kept_while_few_are_at_work():
    assert connections_kept(ENOUGH) == [True] * ENOUGH


def test_those_answered_while_too_many_are_at_work_are_let_go():
    assert connections_kept(ENOUGH + 2) == [False, False] + [True] * ENOUGH


def test_a_connection_that_many_requests_share_is_never_let_go():
    assert connections_kept(ENOUGH + 2, "HTTP/2.0") == [True] * (ENOUGH + 2)


def test_what_failed_is_no_longer_at_work():
    def fails(environ, start_response):
        raise ValueError

    balanced = Balanced(fails)
    for _ in range(ENOUGH + 1):
        with pytest.raises(ValueError, match=r"^$"):
            balanced({}, lambda *_: None)

    assert balanced._at_work == 0
