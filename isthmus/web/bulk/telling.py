"""A change of many records in words: what it sets, what it did, and the first records before and after."""

from dataclasses import dataclass
from typing import Any

from isthmus.bulk.commands import WORKING
from isthmus.bulk.models import BulkEdit, BulkState
from isthmus.core.actors import Actor
from isthmus.core.queue.models import Job, JobState
from isthmus.web.acts.forms import CUSTOM
from isthmus.web.bulk.forms import blank_form
from isthmus.web.lists.spec import ListSpec


@dataclass(frozen=True)
class Line:
    """One record of the sample: its heading, its field as it stands, and why it would stay so."""

    name: str
    present: str
    stays: str


def report(edit: BulkEdit, spec: ListSpec, actor: Actor) -> dict[str, Any]:
    """What the page says of it."""
    changes = _words(edit, spec, actor)
    phase = {
        BulkState.TRIED: BulkState.TRYING,
        BulkState.CHANGED: BulkState.CHANGING,
        BulkState.RESTORED: BulkState.RESTORING,
    }.get(BulkState(edit.state), BulkState(edit.state))
    counts = edit.counts.get(phase, {})
    return {
        "field": changes[0],
        "value": changes[1],
        "counts": counts,
        "through": counts.get("through", 0),
        "reasons": sorted(counts.get("reasons", {}).items(), key=lambda pair: -pair[1]),
        "sample": _sample(edit, spec, actor) if edit.state == BulkState.TRIED else [],
        "stopped": _stopped(edit) if edit.state in WORKING else "",
    }


def _words(edit: BulkEdit, spec: ListSpec, actor: Actor) -> tuple[str, str]:
    """The field and its new value as people say them; an empty one where it is emptied."""
    key, value = _change(edit)
    assert spec.editing is not None
    form = blank_form(spec, spec.editing, actor)
    if value in (None, "") or key not in form.fields:
        label = form.fields[key].label if key in form.fields else key
        return str(label), "" if value is None else str(value)
    form.initial[key] = form.fields[key].to_python(value)
    return str(form.fields[key].label), form.spoken(key)


def _change(edit: BulkEdit) -> tuple[str, Any]:
    """The first field among the changes, as the form names it."""
    for key in edit.changes.get("clear", []):
        return key, None
    for key, value in edit.changes.get("custom", {}).items():
        return CUSTOM + key, value
    key, value = next(iter(edit.changes.items()))
    return str(key), value


def _sample(edit: BulkEdit, spec: ListSpec, actor: Actor) -> list[Line]:
    part = edit.parts.order_by("number").first()
    key, _value = _change(edit)
    column = next((one for one in spec.columns() if one.field == key), None)
    if part is None or column is None:
        return []
    rows: Any = spec.rows(actor)
    heading = spec.columns()[0]
    related = sorted({*heading.related, *column.related})
    said = dict(zip(part.ids, edit.counts.get("first", []), strict=False))
    found = rows.select_related(*related).in_bulk(list(said))
    shown = [found[pk] for pk in said if pk in found]
    spec.prepare(shown)
    return [Line(heading.show(row), column.show(row), said[row.pk]) for row in shown]


def _stopped(edit: BulkEdit) -> str:
    """Why the background gave up, where it did."""
    job = Job.objects.filter(key__startswith=f"bulk:{edit.pk}:{edit.state}:").order_by("-pk").first()
    return job.last_error if job is not None and job.state == JobState.DEAD else ""
