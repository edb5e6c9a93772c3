"""Signing in to mail servers: secrets are sealed with the keyring and opened only to sign in."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.core.safekeeping import seal, unseal
from isthmus.messages import oauth
from isthmus.messages.models import Mailbox

PURPOSE = "mailbox secret"
_EARLY = timedelta(minutes=2)  # A token is made anew this long before it ends.
TOKEN_FIELDS = ("client_id", "client_secret", "refresh_token")


class SignInLost(Refusal):
    """The provider does not take what was kept any more: somebody must allow it anew."""


def sealed_password(password: str) -> str:
    """A password as it is kept."""
    return seal(json.dumps({"password": password}), purpose=PURPOSE)


def sealed_tokens(tokens: Mapping[str, str]) -> str:
    """What OAuth gave, as it is kept: the token that makes others, and the client where it is its own."""
    return seal(json.dumps(dict(tokens)), purpose=PURPOSE)


def password_of(mailbox: Mailbox) -> str:
    """The password. Raises SafekeepingLost."""
    return str(_kept(mailbox.secret).get("password", ""))


def refresh_token_of(secret: str) -> str:
    """The token that makes others, of what is kept sealed; empty where there is none."""
    return str(_kept(secret).get("refresh_token", ""))


def xoauth2(mailbox: Mailbox, *, at: datetime) -> str:
    """The answer to XOAUTH2, with a token that is good for a while; made anew and kept where that was due.

    Raises SignInLost, NotReached, SafekeepingLost. Never within a transaction: the provider is asked.
    """
    kept = _kept(mailbox.secret)
    if not kept:
        raise SignInLost(
            _("%(provider)s was not asked to let us in yet. Connect it under Settings, Mailboxes.")
            % {"provider": oauth.provider_name(mailbox)}
        )
    ends = datetime.fromisoformat(kept["ends_at"]) if kept.get("ends_at") else None
    if not kept.get("access_token") or ends is None or ends - _EARLY <= at:
        before, kept = mailbox.secret, kept | _new_token(mailbox, kept, at)
        mailbox.secret = sealed_tokens(kept)
        # Unless somebody connected it anew meanwhile.
        Mailbox.objects.filter(pk=mailbox.pk, secret=before).update(secret=mailbox.secret)
    return f"user={mailbox.login or mailbox.address}\x01auth=Bearer {kept['access_token']}\x01\x01"


def encoded(answer: str) -> str:
    """As a mail server reads it."""
    return base64.b64encode(answer.encode()).decode()


def _kept(secret: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(unseal(secret, purpose=PURPOSE)) if secret else {}
    return kept


def _new_token(mailbox: Mailbox, kept: Mapping[str, Any], at: datetime) -> dict[str, str]:
    given = {"grant_type": "refresh_token", "refresh_token": str(kept.get("refresh_token", ""))}
    if mailbox.auth == Mailbox.Auth.MICROSOFT:
        given["scope"] = oauth.PROVIDERS[mailbox.auth].scope
    try:
        told = oauth.ask_for_tokens(mailbox.auth, _client(mailbox, kept), given)
    except oauth.ProviderSaidNo as no:
        raise SignInLost(
            _("%(provider)s does not let us in any more: %(said)s. Allow it anew under Settings, Mailboxes.")
            % {"provider": Mailbox.Auth(mailbox.auth).label, "said": no.said.rstrip(".")}
        ) from None
    ends = at + timedelta(seconds=int(told.get("expires_in", 3600)))
    fresh = {"access_token": str(told["access_token"]), "ends_at": ends.isoformat()}
    if told.get("refresh_token"):
        fresh["refresh_token"] = str(told["refresh_token"])
    return fresh


def _client(mailbox: Mailbox, kept: Mapping[str, Any]) -> oauth.Client:
    """The mailbox's own, where one was pasted with its token; else the installation's."""
    own = oauth.Client(str(kept.get("client_id") or ""), str(kept.get("client_secret") or ""))
    return own if own.client_id else (oauth.client_of(mailbox.auth) or own)
