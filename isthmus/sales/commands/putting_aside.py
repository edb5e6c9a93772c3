"""Putting aside what one's day suggests: until a time, or not at all for a while and why."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.models import PutAside, SkipReason

SKIPPED_FOR = timedelta(days=30)  # Then it may be suggested anew: what was true of it may be so no longer.


class NobodysDay(Refusal):
    """Only somebody who works here has a day."""


class NotPutAside(Refusal):
    """What is brought back was put aside."""


@command(
    permission="tasks.edit",
    label=gettext_lazy("Put a suggestion off"),
    trade="sales",
    undo="bring_back_suggestion",
)
def snooze_suggestion(*, key: str, until: datetime, by: Actor, at: datetime) -> dict[str, Any]:
    """Let a suggestion of one's own day sleep until a time."""
    return _put_aside("suggestion.snoozed", key, until, "", by, at)


@command(
    permission="tasks.edit",
    label=gettext_lazy("Skip a suggestion"),
    trade="sales",
    undo="bring_back_suggestion",
)
def skip_suggestion(*, key: str, reason: SkipReason, by: Actor, at: datetime) -> dict[str, Any]:
    """Say why a suggestion is of no use: one's day leaves it out for thirty days."""
    return _put_aside("suggestion.skipped", key, at + SKIPPED_FOR, str(reason), by, at)


@command(permission="tasks.edit", label=gettext_lazy("Bring a suggestion back"), trade="sales")
def bring_back_suggestion(*, key: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Let one's day suggest again what was put aside."""
    gone, _models = PutAside.objects.filter(owner_id=by.id, key=key).delete()
    if not gone:
        raise NotPutAside(_("This is not put aside any more."))
    ledger.record(_fact("suggestion.brought_back", key, "", by, at), by=by)
    return {"key": key}


def _put_aside(kind: str, key: str, until: datetime, reason: str, by: Actor, at: datetime) -> dict[str, Any]:
    if by.id is None:
        raise NobodysDay(_("A day belongs to somebody who works here."))
    if not 0 < len(key) <= 80:
        raise InvalidInput({"key": _("Name the suggestion by its key, as the day shows it.")})
    if until <= at:
        raise InvalidInput({"until": _("Choose a time that lies ahead.")})
    values = {"until": until, "reason": reason, "at": at}
    PutAside.objects.update_or_create(owner_id=by.id, key=key, defaults=values)
    ledger.record(_fact(kind, key, reason, by, at), by=by)
    return {"key": key, "until": until}


def _fact(kind: str, key: str, reason: str, by: Actor, at: datetime) -> Fact:
    props = {"suggestion": key.partition(":")[0], **({"reason": reason} if reason else {})}
    return Fact(kind=kind, at=at, owner=by.id, team=by.team_id, props=props)
