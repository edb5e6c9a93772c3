"""Letting this installation into a mailbox at Google or Microsoft: the code flow of OAuth 2, with PKCE.

Whoever owns the mailbox is sent to the provider's page with a `state` and the hash of a secret (the
verifier). What comes back is a code, good once, which only whoever knows the verifier can turn into tokens.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from isthmus.core import outbound
from isthmus.core.outbound import NotReached
from isthmus.core.refusals import Refusal
from isthmus.core.safekeeping import unseal
from isthmus.messages.models import Mailbox, OAuthClient

PURPOSE = "oauth client secret"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_OF_MICROSOFT = "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"


@dataclass(frozen=True)
class Provider:
    """Where a provider is asked, and for what. `{tenant}` stands for a company's own part of it."""

    authorize_url: str
    token_url: str
    scope: str
    revoke_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


PROVIDERS = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        "https://oauth2.googleapis.com/revoke",
        {"access_type": "offline", "prompt": "consent"},  # Else there is no token that lasts.
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        f"{_OF_MICROSOFT} offline_access",
        more={"prompt": "select_account"},
    ),
}


class ConsentFailed(Refusal):
    """A provider did not let this installation into a mailbox."""


class NoOAuthClient(Refusal):
    """This installation is not registered with the provider."""


class ProviderSaidNo(Exception):  # noqa: N818  (an answer, not an error of ours)
    """The provider gave no token; its code for why, and its words."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code, self.said = code, said


@dataclass(frozen=True)
class Client:
    """As what a provider knows this installation."""

    client_id: str
    client_secret: str
    tenant: str = ""


@dataclass(frozen=True)
class Begun:
    """Where somebody is sent to, and what must be kept until they come back."""

    address: str
    state: str
    verifier: str


def client_of(auth: str) -> Client | None:
    """What an administrator registered with a provider; None where nobody did. Raises SafekeepingLost."""
    row = OAuthClient.objects.filter(provider=auth).first()
    if row is None:
        return None
    return Client(row.client_id, unseal(row.secret, purpose=PURPOSE), row.tenant)


def begin(mailbox: Mailbox, *, redirect: str) -> Begun:
    """The provider's page on which somebody lets us into a mailbox. Raises NoOAuthClient."""
    provider, client = PROVIDERS[mailbox.auth], _client(mailbox)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": mailbox.login or mailbox.address,
        **provider.more,
    }
    return Begun(f"{_at(provider.authorize_url, client)}?{urlencode(asked)}", state, verifier)


def finish(mailbox: Mailbox, *, code: str, verifier: str, redirect: str) -> str:
    """The refresh token for a code. Raises ConsentFailed, NotReached. Never within a transaction."""
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    try:
        told = ask_for_tokens(mailbox.auth, _client(mailbox), given)
    except ProviderSaidNo as no:
        raise ConsentFailed(in_words(mailbox, no.code, no.said)) from None
    if not told.get("refresh_token"):
        raise ConsentFailed(
            _(
                "%(provider)s let us in only for an hour. Take this installation away from your account "
                "there, then connect again."
            )
            % {"provider": provider_name(mailbox)}
        )
    return str(told["refresh_token"])


def ask_for_tokens(auth: str, client: Client, given: Mapping[str, str]) -> dict[str, Any]:
    """What a provider's token address answers. Raises ProviderSaidNo, NotReached."""
    asked = {"client_id": client.client_id, "client_secret": client.client_secret, **given}
    answer = outbound.post(_at(PROVIDERS[auth].token_url, client), urlencode(asked).encode(), _FORM)
    told = _json(answer.body)
    if answer.status == 200 and told.get("access_token"):
        return told
    if answer.status == 429 or answer.status >= 500:
        name = str(Mailbox.Auth(auth).label)
        raise NotReached(
            _("%(name)s cannot answer now (%(status)d).") % {"name": name, "status": answer.status}
        )
    said = str(told.get("error_description") or told.get("error") or answer.status)
    raise ProviderSaidNo(str(told.get("error") or ""), " ".join(said.split())[:120])


def revoke(auth: str, refresh_token: str) -> None:
    """Tell a provider that a token is not wanted any more, where it can be told. Raises NotReached."""
    if address := PROVIDERS[auth].revoke_url:
        outbound.post(address, urlencode({"token": refresh_token}).encode(), _FORM)


def in_words(mailbox: Mailbox, code: str, said: str) -> str:
    """What a provider's code for a refusal means for whoever connects a mailbox."""
    known = {
        "access_denied": _(
            "%(provider)s did not let us in: somebody pressed Cancel there, or it is forbidden by whoever "
            "looks after the accounts. Nothing changed."
        ),
        "invalid_grant": _(
            "%(provider)s did not take the answer: it was used before, or came too late. Connect again."
        ),
        "invalid_client": _(
            "%(provider)s does not know this installation: client id or client secret is wrong. An "
            "administrator sets them under Settings, Mailboxes."
        ),
        "redirect_uri_mismatch": _(
            "%(provider)s does not know the address that it shall send people back to. An administrator "
            "copies it from Settings, Mailboxes, to the provider’s page."
        ),
        "consent_required": _(
            "%(provider)s wants whoever looks after your company’s accounts there to allow this installation "
            "first. Ask them, then connect again."
        ),
        "temporarily_unavailable": _("%(provider)s cannot do it at the moment. Try again in some minutes."),
    }
    same = {
        "unauthorized_client": "invalid_client",
        "interaction_required": "consent_required",
        "server_error": "temporarily_unavailable",
    }
    sentence = known.get(same.get(code, code)) or _("%(provider)s did not let us in. It says: %(said)s.")
    plain = " ".join(said.split())[:120].rstrip(".")
    return sentence % {"provider": provider_name(mailbox), "said": plain or code[:60]}


def provider_name(mailbox: Mailbox) -> str:
    """The provider as people call it."""
    return {"google": "Google", "microsoft": "Microsoft"}.get(mailbox.auth, mailbox.auth)


def _client(mailbox: Mailbox) -> Client:
    client = client_of(mailbox.auth)
    if client is None:
        raise NoOAuthClient(
            _(
                "This installation is not registered with %(provider)s yet. An administrator does that under "
                "Settings, Mailboxes."
            )
            % {"provider": provider_name(mailbox)}
        )
    return client


def _at(address: str, client: Client) -> str:
    return address.replace("{tenant}", client.tenant or "common")


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
