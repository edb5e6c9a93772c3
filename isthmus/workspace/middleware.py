"""Gives each request its actor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from isthmus.core.actors import Actor
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models.company import company_read_once

NOBODY = Actor(kind="person")


class ActorMiddleware:
    """Sets `request.actor`: the signed-in user's, or one that may do nothing. Built on first use.

    The company, of which nearly every part of a page asks something, is read once for all of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        with company_read_once():
            return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    return actor_for(request.user) if request.user.is_authenticated else NOBODY
