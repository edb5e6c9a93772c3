"""What good looks like in a stage, and what is to be done before a deal comes into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.sales.models import ChecklistItem, Playbook, Stage
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Territory

MOST_ITEMS = 20
_LONGEST = 200


class Asked(BaseModel):
    """One thing of a checklist; what is not required is only advised."""

    text: str
    required: bool = True


@command(
    permission="pipelines.edit",
    label=gettext_lazy("Write a stage's playbook"),
    trade="sales",
    undo="set_playbook",
    undo_arguments=lambda book, _: book.before,
)
def set_playbook(
    *,
    stage_id: int,
    by: Actor,
    at: datetime,
    territory_id: int | None = None,
    text: str = "",
    items: list[Asked] | None = None,
) -> Playbook:
    """Say what good looks like in a stage, and what is to be done before a deal comes into it.

    For all territories, or for one and those inside it: its words take the place of the general ones, its
    checklist comes on top. Items whose words stay keep their ticks.
    """
    stage = Stage.objects.filter(pk=stage_id).first()
    if stage is None:
        raise NotFound(_("There is no such stage. Choose one of those under Settings, Pipelines."))
    if stage.kind != "open":
        sentence = _("Only open stages have a playbook: an end asks for what it needs.")
        raise InvalidInput({"stage_id": sentence})
    territory = Territory.objects.filter(pk=territory_id).first() if territory_id is not None else None
    if territory_id is not None and territory is None:
        raise InvalidInput({"territory_id": _("There is no such territory. Choose another.")})
    asked = _checked(items or [])
    book, _made = Playbook.objects.select_for_update().get_or_create(
        stage=stage, territory=territory, defaults={"updated_at": written_now()}
    )
    present = list(book.items.filter(archived_at=None))
    before = {"text": book.text, "items": [{"text": one.text, "required": one.required} for one in present]}
    if before == {"text": text.strip(), "items": [one.model_dump() for one in asked]}:
        raise NothingChanged(_("Nothing was changed: the playbook says this already."))
    book.text, book.updated_at = text.strip(), written_now()
    book.save()
    _set_items(book, asked, at)
    book.before = {"stage_id": stage.pk, "territory_id": territory_id, **before}
    props = {"stage_id": stage.pk, "pipeline_id": stage.pipeline_id, "items": len(asked)}
    ledger.record(Fact(kind="playbook.changed", at=at, territory=territory_id, props=props), by=by)
    return book


def _checked(items: Sequence[Asked]) -> list[Asked]:
    asked = [Asked(text=" ".join(one.text.split()), required=one.required) for one in items]
    asked = [one for one in asked if one.text]
    if len(asked) > MOST_ITEMS:
        raise InvalidInput({"items": _("A checklist has at most %(most)s items.") % {"most": MOST_ITEMS}})
    if any(len(one.text) > _LONGEST for one in asked):
        raise InvalidInput({"items": _("An item has at most %(most)s letters.") % {"most": _LONGEST}})
    if len({one.text.casefold() for one in asked}) < len(asked):
        raise InvalidInput({"items": _("Two items say the same. Take one out.")})
    return asked


def _set_items(book: Playbook, asked: Sequence[Asked], at: datetime) -> None:
    """Items are known by their words: one that comes back brings its ticks with it."""
    known: dict[str, Any] = {one.text.casefold(): one for one in book.items.all()}
    for position, one in enumerate(asked):
        item = known.pop(one.text.casefold(), None) or ChecklistItem(playbook=book)
        item.text, item.required, item.position, item.archived_at = one.text, one.required, position, None
        item.save()
    for gone in known.values():
        if gone.archived_at is None:
            gone.archived_at = at
            gone.save(update_fields=["archived_at"])
