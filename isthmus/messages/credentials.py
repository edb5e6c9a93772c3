"""Signing in to mail servers: secrets are sealed with the keyring and opened only to sign in."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from isthmus.core import outbound
from isthmus.core.refusals import Refusal
from isthmus.core.safekeeping import seal, unseal
from isthmus.messages.models import Mailbox

PURPOSE = "mailbox secret"
_TOKEN_URLS = {
    Mailbox.Auth.GOOGLE: "https://oauth2.googleapis.com/token",
    Mailbox.Auth.MICROSOFT: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
}
_SCOPES = {
    Mailbox.Auth.MICROSOFT: (
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
    )
}
_EARLY = timedelta(minutes=2)  # A token is made anew this long before it ends.
TOKEN_FIELDS = ("client_id", "client_secret", "refresh_token")


class SignInLost(Refusal):
    """The provider does not take what was kept any more: somebody must allow it anew."""


def sealed_password(password: str) -> str:
    """A password as it is kept."""
    return seal(json.dumps({"password": password}), purpose=PURPOSE)


def sealed_tokens(tokens: Mapping[str, str]) -> str:
    """What OAuth gave, as it is kept: client, its secret, and the token that makes others."""
    return seal(json.dumps(dict(tokens)), purpose=PURPOSE)


def password_of(mailbox: Mailbox) -> str:
    """The password. Raises SafekeepingLost."""
    kept: dict[str, Any] = json.loads(unseal(mailbox.secret, purpose=PURPOSE)) if mailbox.secret else {}
    return str(kept.get("password", ""))


def xoauth2(mailbox: Mailbox, *, at: datetime) -> str:
    """The answer to XOAUTH2, with a token that is good for a while; made anew and kept where that was due.

    Raises SignInLost, NotReached, SafekeepingLost. Never within a transaction: the provider is asked.
    """
    kept: dict[str, Any] = json.loads(unseal(mailbox.secret, purpose=PURPOSE))
    ends = datetime.fromisoformat(kept["ends_at"]) if kept.get("ends_at") else None
    if not kept.get("access_token") or ends is None or ends - _EARLY <= at:
        kept |= _new_token(mailbox, kept, at)
        mailbox.secret = sealed_tokens(kept)
        Mailbox.objects.filter(pk=mailbox.pk).update(secret=mailbox.secret)
    return f"user={mailbox.login or mailbox.address}\x01auth=Bearer {kept['access_token']}\x01\x01"


def encoded(answer: str) -> str:
    """As a mail server reads it."""
    return base64.b64encode(answer.encode()).decode()


def _new_token(mailbox: Mailbox, kept: Mapping[str, Any], at: datetime) -> dict[str, str]:
    provider = Mailbox.Auth(mailbox.auth)
    asked = {"grant_type": "refresh_token", **{name: kept.get(name, "") for name in TOKEN_FIELDS}}
    if scope := _SCOPES.get(provider):
        asked["scope"] = scope
    answer = outbound.post(
        _TOKEN_URLS[provider],
        urlencode(asked).encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
    )
    told = _json(answer.body)
    if answer.status != 200 or not told.get("access_token"):
        said = str(told.get("error_description") or told.get("error") or answer.status)[:120]
        raise SignInLost(
            _("%(provider)s does not let us in any more: %(said)s. Allow it anew under Settings, Mailboxes.")
            % {"provider": provider.label, "said": said.rstrip(".")}
        )
    ends = at + timedelta(seconds=int(told.get("expires_in", 3600)))
    fresh = {"access_token": str(told["access_token"]), "ends_at": ends.isoformat()}
    if told.get("refresh_token"):
        fresh["refresh_token"] = str(told["refresh_token"])
    return fresh


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
