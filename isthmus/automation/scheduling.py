"""Rules that go by the clock: each slot once, each record that meets the conditions."""

from datetime import datetime
from typing import Any

from django.db import transaction

from isthmus.automation.acting import actor_of
from isthmus.automation.firing import Met, active_versions, begin, once_key, person_of
from isthmus.automation.knowing import Knowing, rows_of
from isthmus.automation.models import Rule
from isthmus.automation.spec import RuleSpec, read_spec
from isthmus.core import queue
from isthmus.core.clock import to_us
from isthmus.core.refusals import NotPermitted
from isthmus.flows.models import FlowVersion
from isthmus.flows.running import kick
from isthmus.workspace.models import Company

TASK = "automation.round"
_AT_ONCE = 200


def start_rounds(at: datetime) -> int:
    """Queue a round of each rule whose hour has come since it was switched on, once a slot; how many."""
    started, zone = 0, Company.current().zone
    for version in active_versions():
        spec = read_spec(version.spec)
        slot = spec.clock.latest_slot(at, zone) if spec.clock else None
        if slot is None or version.activated_at is None or slot <= version.activated_at:
            continue
        with transaction.atomic():
            rule = Rule.objects.select_for_update().get(pk=version.flow_id)
            if rule.last_slot is not None and rule.last_slot >= slot:
                continue
            rule.last_slot = slot
            rule.save(update_fields=["last_slot"])
            stamp = slot.isoformat()
            queue.enqueue(TASK, {"version_id": version.pk, "slot": stamp}, key=f"{TASK}:{version.pk}:{stamp}")
            started += 1
    return started


def go_round(version_id: int, slot: datetime, at: datetime) -> int:
    """Begin what a rule does about every record that meets its conditions; how many. Safe to repeat."""
    version = active_versions().filter(pk=version_id).first()
    if version is None:
        return 0
    spec, began, after = read_spec(version.spec), 0, 0
    while True:
        queue.check_cancelled()
        with transaction.atomic():
            found = meeting_now(version, spec, slot, at, after=after)
            for met in found.met:
                began += begin(version, met, (), at) is not None
            if found.met:
                kick()
        if found.last is None:
            return began
        after = found.last


class Part:
    """Some records that were looked at: those that meet the conditions, and the last one (None: no more)."""

    def __init__(self, met: list[Met], last: int | None) -> None:
        self.met, self.last = met, last


def meeting_now(
    version: FlowVersion, spec: RuleSpec, slot: datetime, at: datetime, *, after: int, limit: int = _AT_ONCE
) -> Part:
    """The next records after a number that meet the conditions as they stand."""
    try:
        actor = actor_of(version)
    except NotPermitted:
        return Part([], None)
    rows = list(asked_rows(spec, actor).filter(pk__gt=after).order_by("pk")[:limit])
    knowing = Knowing(at.date())
    day = slot.astimezone(Company.current().zone).date().isoformat()
    met = [
        Met(
            key=once_key(spec, row, slot.isoformat(), day),
            kind=spec.record,
            record_id=row.pk,
            person_id=person_of(spec.record, row),
            fact={"kind": "clock", "occurred_us": to_us(slot), "territory": row.territory_id},
        )
        for row in rows
        if spec.conditions.hold(knowing.values(spec.record, row), at)
    ]
    return Part(met, rows[-1].pk if len(rows) == limit else None)


def asked_rows(spec: RuleSpec, actor: Any) -> Any:
    """The records that may meet the conditions: what the database itself can tell is left to it."""
    from isthmus.automation.fields import fields_for

    rows = rows_of(spec.record, actor)
    if spec.conditions.match == "any":
        return rows
    fields = fields_for(spec.record, of_fact=False)
    for one in spec.conditions.each:
        asked = fields.get(one.field)
        if asked is None or not asked.path or asked.of != spec.record or one.op != "in":
            continue
        if asked.key.endswith((".team", ".territory")):
            continue  # Those below one count as well.
        rows = rows.filter(**{f"{asked.path}__in": one.value})
    return rows
