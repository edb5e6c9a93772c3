"""Personal text inside the ledger, sealed under a key of its subject: that key destroyed, nobody reads it."""

import base64
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.ledger.models import SubjectKey

_NONCE = 12
_TAG = 8  # bytes of the hash that say which installation key wrapped a data key
_CHUNK = 500


class SubjectErased(Refusal):
    """The subject's key was destroyed; nothing can be sealed for it any more."""


class KeyLost(Refusal):
    """A data key was wrapped by an installation key that is no longer in the keyring."""


def seal_text(subject: int, text: str) -> str:
    """The text as a token that only this subject's key opens. Makes the key when it is the first text."""
    return seal_texts([(subject, text)])[0]


def seal_texts(texts: Sequence[tuple[int, str]]) -> list[str]:
    """Seal many texts of many subjects; keys are read in one query and missing ones made."""
    keys = _keys({subject for subject, _text in texts}, make=True)
    return [_seal(keys[subject], subject, text) for subject, text in texts]


def open_text(subject: int, token: str) -> str | None:
    """The text of a token, or None when the subject was erased."""
    return open_texts([(subject, token)])[0]


def open_texts(tokens: Sequence[tuple[int, str]]) -> list[str | None]:
    """Open many tokens of many subjects with one query; None where the subject was erased."""
    keys = _keys({subject for subject, _token in tokens}, make=False)
    return [_open(keys[subject], subject, token) if subject in keys else None for subject, token in tokens]


def destroy_keys(subjects: Iterable[int], *, at: datetime) -> int:
    """Make all sealed text of these subjects unreadable for ever. Answers how many keys existed."""
    ordered = sorted(set(subjects))
    existed = 0
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete=ON")  # overwrite the old bytes in the file
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            existed += SubjectKey.objects.filter(subject_id__in=chunk, destroyed_at=None).count()
            SubjectKey.objects.bulk_create(
                [SubjectKey(subject_id=subject, wrapped=b"", destroyed_at=at) for subject in chunk],
                update_conflicts=True,
                unique_fields=["subject"],
                update_fields=["wrapped", "destroyed_at"],
            )
    return existed


def rewrap_keys(*, after: int = 0, limit: int = 1000) -> int | None:
    """Wrap the next keys with the newest installation key. Answers where to go on; None at the end."""
    with transaction.atomic():
        rows = list(
            SubjectKey.objects.select_for_update()
            .filter(subject_id__gt=after, destroyed_at=None)
            .order_by("subject_id")[:limit]
        )
        for row in rows:
            row.wrapped = _wrap(_unwrap(bytes(row.wrapped), row.subject_id), row.subject_id)
        SubjectKey.objects.bulk_update(rows, ["wrapped"])
    return rows[-1].subject_id if len(rows) == limit else None


def _keys(subjects: set[int], *, make: bool) -> Mapping[int, AESGCM]:
    found = _read_keys(subjects, refuse_erased=make)
    missing = subjects - set(found)
    if make and missing:
        SubjectKey.objects.bulk_create(
            [SubjectKey(subject_id=s, wrapped=_wrap(os.urandom(32), s)) for s in sorted(missing)],
            ignore_conflicts=True,  # another transaction may have made the key a moment before
            batch_size=_CHUNK,
        )
        found |= _read_keys(missing, refuse_erased=True)
    return {subject: AESGCM(key) for subject, key in found.items()}


def _read_keys(subjects: Iterable[int], *, refuse_erased: bool) -> dict[int, bytes]:
    ordered = sorted(subjects)
    keys: dict[int, bytes] = {}
    for start in range(0, len(ordered), _CHUNK):
        rows = SubjectKey.objects.filter(subject_id__in=ordered[start : start + _CHUNK])
        for subject, wrapped, destroyed_at in rows.values_list("subject_id", "wrapped", "destroyed_at"):
            if destroyed_at is None:
                keys[subject] = _unwrap(bytes(wrapped), subject)
            elif refuse_erased:
                raise SubjectErased(_("This person was erased. Capture them as a new person instead."))
    return keys


def _seal(key: AESGCM, subject: int, text: str) -> str:
    nonce = os.urandom(_NONCE)
    sealed = nonce + key.encrypt(nonce, text.encode(), _bound_to(subject))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _open(key: AESGCM, subject: int, token: str) -> str | None:
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(subject)).decode()


def _wrap(data_key: bytes, subject: int) -> bytes:
    newest = bytes.fromhex(settings.SECRETS.keyring[0])
    nonce = os.urandom(_NONCE)
    return _tag(newest) + nonce + AESGCM(newest).encrypt(nonce, data_key, _bound_to(subject))


def _unwrap(wrapped: bytes, subject: int) -> bytes:
    tag, nonce, sealed = wrapped[:_TAG], wrapped[_TAG : _TAG + _NONCE], wrapped[_TAG + _NONCE :]
    for text in settings.SECRETS.keyring:
        installation_key = bytes.fromhex(text)
        if _tag(installation_key) == tag:
            return AESGCM(installation_key).decrypt(nonce, sealed, _bound_to(subject))
    raise KeyLost(
        _(
            "Sealed text cannot be read: its key is not in the keyring. "
            "Put the old key back into secrets.toml."
        )
    )


def _tag(installation_key: bytes) -> bytes:
    return hashlib.sha256(installation_key).digest()[:_TAG]


def _bound_to(subject: int) -> bytes:
    # A token moved to another subject does not open there.
    return b"isthmus subject %d" % subject
