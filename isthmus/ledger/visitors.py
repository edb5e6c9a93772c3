"""Subjects of visitors: numbers for people who are not known, by a keyed hash of what their browser says.

A hash leads nowhere without the installation's secret, and is taken away when the person is erased.
"""

import hashlib
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import connection

KIND = "visitor"
_CHUNK = 900


def visitor_subjects(keys: Collection[str]) -> dict[str, int]:
    """The subject of each key, made where it is new. One key, one subject, in all processes."""
    hashes = {visitor_hash(key): key for key in keys}
    found = _known(hashes)
    missing = [one for one in hashes if one not in found]
    if missing:
        _make(missing)
        found |= _known(missing)
    return {hashes[one]: subject for one, subject in found.items()}


def known_visitors(keys: Collection[str]) -> dict[str, int]:
    """The subjects of those keys that have one."""
    hashes = {visitor_hash(key): key for key in keys}
    return {hashes[one]: subject for one, subject in _known(hashes).items()}


def visitor_hash(key: str) -> bytes:
    """The keyed hash of a visitor's key, 16 bytes."""
    secret = bytes.fromhex(settings.SECRETS.hashing)
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16, key=secret).digest()


def _known(hashes: Iterable[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    wanted = list(hashes)
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                f"SELECT key_hash, id FROM ledger_subject WHERE key_hash IN ({marks})",  # noqa: S608
                chunk,
            )
            found.update((bytes(key_hash), subject) for key_hash, subject in cursor.fetchall())
    return found


def _make(hashes: list[bytes]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(hashes), _CHUNK // 2):
            chunk = hashes[start : start + _CHUNK // 2]
            marks = ", ".join(["(%s, %s)"] * len(chunk))
            cursor.execute(
                f"INSERT INTO ledger_subject (kind, key_hash) VALUES {marks} "  # noqa: S608
                "ON CONFLICT (key_hash) DO NOTHING",
                [value for one in chunk for value in (KIND, one)],
            )
