"""Finding the key that a program shows."""

import hmac
from datetime import datetime, timedelta

from django.db.models import Q

from isthmus.workspace.commands.doors import token_hash
from isthmus.workspace.models import ApiKey

NOTED_EVERY = timedelta(minutes=1)


def opened_by(token: str, at: datetime) -> ApiKey | None:
    """The valid key of a token, its use noted at most once a minute; None for anything else."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "ism":
        return None
    hashed = token_hash(token)
    key = ApiKey.objects.select_related("user").filter(key_hash=hashed, prefix=parts[1]).first()
    if key is None or not hmac.compare_digest(key.key_hash, hashed) or not key.is_valid(at):
        return None
    _note_use(key, at)
    return key


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at is not None and at - key.last_used_at < NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)
