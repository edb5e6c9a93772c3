"""Texts that must be read again, but not by whoever gets the database: sealed with the keyring."""

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

_NONCE = 12
_TAG = 8  # bytes of a hash that say which key of the ring sealed it


class SafekeepingLost(Refusal):
    """A text was sealed with a key that is not in the keyring any more."""


def seal(text: str, *, purpose: str) -> str:
    """The text as a token that the newest key of the ring opens, for this purpose alone."""
    key, nonce = bytes.fromhex(settings.SECRETS.keyring[0]), os.urandom(_NONCE)
    sealed = _tag(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), _bound_to(purpose))
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(token: str, *, purpose: str) -> str:
    """The text of a token. Raises SafekeepingLost."""
    sealed = base64.urlsafe_b64decode(token)
    tag, nonce, rest = sealed[:_TAG], sealed[_TAG : _TAG + _NONCE], sealed[_TAG + _NONCE :]
    for written in settings.SECRETS.keyring:
        key = bytes.fromhex(written)
        if _tag(key) == tag:
            try:
                return AESGCM(key).decrypt(nonce, rest, _bound_to(purpose)).decode()
            except InvalidTag:
                break
    raise SafekeepingLost(
        _("A secret cannot be read: its key is not in the keyring. Put the old key back into secrets.toml.")
    )


def _tag(key: bytes) -> bytes:
    return hashlib.sha256(b"isthmus safekeeping" + key).digest()[:_TAG]


def _bound_to(purpose: str) -> bytes:
    return f"isthmus {purpose}".encode()
