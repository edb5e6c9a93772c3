"""The rules that tell a visit's channel: written anew, or given back to those that are shipped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.collect.channels.reading import RuleError, read_rules
from isthmus.collect.models import ChannelRules
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.facts import Fact


class RulesMoved(Refusal):
    """Somebody wrote other rules since these were read."""


def _as_before(row: ChannelRules, arguments: Mapping[str, Any]) -> dict[str, Any]:
    before = ChannelRules.objects.filter(pk__lt=row.pk).order_by("-pk").first()
    return {"rules": before.rules if before else []}


@command(
    permission="sources.edit",
    label=gettext_lazy("Set the channel rules"),
    undo="set_channel_rules",
    undo_arguments=_as_before,
)
def set_channel_rules(
    *, rules: list[dict[str, Any]], by: Actor, at: datetime, edition: int | None = None
) -> ChannelRules:
    """Tell the channel of visits by these rules from now on, the first that fits. Without any: as shipped.

    A rule has a channel and cases, one of which must fit: site, source, medium, campaign, referrer and
    host (patterns), click_id, all of which must hold. Visits that came before keep their channel. `edition`
    is the one that the change was decided on (0: those shipped): refused when there is a newer one.
    """
    newest = (
        ChannelRules.objects.select_for_update().order_by("-pk").values_list("pk", flat=True).first() or 0
    )
    if edition is not None and edition != newest:
        raise RulesMoved(
            _("Somebody changed the rules since you read them. Read them again, then decide anew.")
        )
    if rules:
        try:
            read_rules(rules)
        except RuleError as error:
            raise InvalidInput({"rules": str(error)}) from None
    return _new_edition(rules, by, at)


@command(
    permission="sources.edit",
    label=gettext_lazy("Go back to the shipped channel rules"),
    undo="set_channel_rules",
    undo_arguments=_as_before,
)
def reset_channel_rules(*, by: Actor, at: datetime) -> ChannelRules:
    """Tell the channel of visits by the rules as they are shipped, from now on."""
    return _new_edition([], by, at)


def _new_edition(rules: list[dict[str, Any]], by: Actor, at: datetime) -> ChannelRules:
    row = ChannelRules.objects.create(
        rules=rules, made_by_id=by.id if by.kind == "user" else None, made_at=at
    )
    about = {"edition": row.pk, "rules": len(rules)}
    ledger.record(Fact(kind="channel_rules.changed", at=at, props=about), by=by)
    return row
