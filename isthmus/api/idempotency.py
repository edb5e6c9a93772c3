"""One act for one key, however often it is sent: the answer is kept in the act's own transaction."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from isthmus.api.answers import answer, plain
from isthmus.core import clock
from isthmus.core.crash import crash_point
from isthmus.core.refusals import InvalidInput
from isthmus.workspace.models import IdempotencyAnswer

KEPT = timedelta(days=7)
_LONGEST = 200


def answered(
    request: HttpRequest, name: str, body: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The answer of an act: that of an earlier call where the request's key is known, and says so."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return answer(act())
    owner: str = request.caller  # type: ignore[attr-defined]
    shown, replayed = once(owner=owner, command=name, key=key, body=body, act=act)
    return answer(shown, Idempotent_Replay="true") if replayed else answer(shown)


def once(
    *, owner: str, command: str, key: str, body: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """The act's answer, and whether it is that of an earlier call.

    The key's row goes in first: of two calls at once the second waits for the first one's end. A refusal
    undoes the row with everything else, so the key is free again. Raises InvalidInput for another body.
    """
    _check(key)
    body_hash = _hash(body)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyAnswer.objects.create(
                    owner=owner,
                    command=command,
                    key=key,
                    body_hash=body_hash,
                    answer={},
                    created_at=clock.now(),
                )
        except IntegrityError:
            stored = _stored(owner, command, key, body_hash)
            if stored is None:
                raise
            return stored, True
        shown: dict[str, Any] = plain(act())
        # A token is shown once; what is kept must not open anything.
        row.answer = _without_token(shown)
        row.save(update_fields=["answer"])
        crash_point("api.command.before_commit")
    crash_point("api.command.after_commit")
    return shown, False


def forget_old() -> int:
    """Drop the answers that are older than anybody repeats a call; how many went."""
    return IdempotencyAnswer.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def _stored(owner: str, command: str, key: str, body_hash: str) -> dict[str, Any] | None:
    row = IdempotencyAnswer.objects.filter(owner=owner, command=command, key=key).first()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise InvalidInput(
            {"Idempotency-Key": _("This key was used with another body. Choose a new key for a new act.")}
        )
    kept: dict[str, Any] = row.answer
    return kept


def _check(key: str) -> None:
    if not 1 <= len(key) <= _LONGEST or not key.isprintable():
        raise InvalidInput({"Idempotency-Key": _("A key is 1 to 200 characters of text, such as a UUID.")})


def _hash(body: Mapping[str, Any]) -> str:
    # Keyed: bodies may hold a password, and a plain hash of a short one could be guessed.
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return salted_hmac("isthmus.idempotency", text, algorithm="sha256").hexdigest()


def _without_token(answer: dict[str, Any]) -> dict[str, Any]:
    result = answer.get("result")
    if isinstance(result, dict) and "token" in result:
        return {**answer, "result": {**result, "token": None}}
    return answer
