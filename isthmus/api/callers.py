"""Who calls: a program with a key in the Authorization header, or a page of a signed-in user."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.refusals import NotPermitted
from isthmus.workspace.actors import actor_for
from isthmus.workspace.keys import opened_by


class ApiKeyAuth(HttpBearer):
    """`Authorization: Bearer ism_…`. A header that opens nothing is refused, whatever cookies come along."""

    openapi_description = "A key made under Settings or by `isthmus keys create`."

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _blank, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationError
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key that the token opens; the request acts as its user from here on."""
        key = opened_by(token, clock.now())
        if key is None:
            raise AuthenticationError
        request.actor = actor_for(key.user, api_key=key)  # type: ignore[attr-defined]
        request.caller = f"key:{key.pk}"  # type: ignore[attr-defined]
        return key


class SessionAuth(APIKeyCookie):
    """The session of the pages. Whatever changes something needs their CSRF token, as a form does."""

    param_name = "isthmus"
    openapi_description = "The session of a signed-in user; acts need the header X-CSRFToken."

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The signed-in user."""
        if not request.user.is_authenticated:
            return None
        request.caller = f"user:{request.user.pk}"  # type: ignore[attr-defined]
        return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The actor of an authenticated call."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def need(request: HttpRequest, permission: str, sentence: str) -> Actor:
    """The actor, when they have the permission with any reach. Raises NotPermitted with the sentence."""
    actor = actor_of(request)
    if permission and not actor.allows(permission):
        raise NotPermitted(sentence)
    return actor
