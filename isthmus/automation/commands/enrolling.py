"""Enrolling somebody in a cadence, and taking them out."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.automation.enrolling import ask_again
from isthmus.automation.firing import active_versions, person_of
from isthmus.automation.knowing import Knowing, rows_of
from isthmus.automation.models import KIND
from isthmus.automation.spec import read_spec
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.flows import steering
from isthmus.flows.models import FlowRun, RunState
from isthmus.flows.running import begin_run, kick
from isthmus.ledger.facts import Fact
from isthmus.workspace import records

MAY = "cadences.enrol"


class AlreadyEnrolled(Refusal):
    """Nobody is in the same cadence twice at a time."""


class DoesNotFit(Refusal):
    """A cadence may be for some records only."""


@command(
    permission=MAY,
    label=gettext_lazy("Enrol in a cadence"),
    trade="sales",
    undo="leave_cadence",
    undo_arguments=lambda run, _: {"run_id": run["id"]},
)
def enrol_in_cadence(
    *,
    cadence_id: int,
    by: Actor,
    at: datetime,
    person_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
) -> dict[str, Any]:
    """Begin a cadence about a record: its steps are done in time, with the rights of whoever enrolls it."""
    version = active_versions().filter(flow=cadence_id).first()
    if version is None or not (spec := read_spec(version.spec)).enrolled:
        raise NotFound(_("There is no such cadence, or it is not at work."))
    given = {"person": person_id, "lead": lead_id, "deal": deal_id}
    number = given[spec.record]
    if number is None:
        raise InvalidInput({f"{spec.record}_id": _("Say who or what is enrolled in it.")})
    row = rows_of(spec.record, by).filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    if not spec.conditions.hold(Knowing(at.date()).values(spec.record, row), at):
        raise DoesNotFit(
            _("This does not meet the conditions of the cadence: “%(name)s” is not for it.")
            % {"name": version.flow.name}
        )
    about: dict[str, Any] = {"record_kind": spec.record, "record_id": row.pk}
    if FlowRun.objects.filter(flow=cadence_id, ended_at=None, **about).exists():
        raise AlreadyEnrolled(_("This is in the cadence already. Take it out first to begin anew."))
    run = begin_run(
        version,
        key=f"enrolled:{spec.record}:{row.pk}:{int(at.timestamp())}",
        at=at,
        record=(spec.record, row.pk),
        person_id=person_of(spec.record, row),
        fact={"kind": "cadence.entered", "enrolled_by": by.id, "territory": row.territory_id},
    )
    if run is None:
        raise AlreadyEnrolled(_("This is in the cadence already. Take it out first to begin anew."))
    ask_again()
    kick()
    credit = records.credit(spec.record, row)
    ledger.record(Fact(kind="cadence.entered", at=at, **credit, props={"cadence_id": cadence_id}), by=by)
    return {"id": run.pk, "state": RunState.RUNNING.value}


@command(permission=MAY, label=gettext_lazy("Take out of a cadence"), trade="sales")
def leave_cadence(*, run_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """End what a record was enrolled in; what was done stays."""
    run = FlowRun.objects.filter(pk=run_id, flow__kind=KIND, key__startswith="enrolled:").first()
    row = rows_of(run.record_kind, by).filter(pk=run.record_id).first() if run else None
    if run is None or row is None:
        raise NotFound(_("There is no such thing under way, or your role does not reach it."))
    locked = steering.locked_run(run_id, KIND)
    steering.stop(locked, _("Somebody took it out."), at)
    credit = records.credit(locked.record_kind, row)
    ledger.record(Fact(kind="cadence.left", at=at, **credit, props={"cadence_id": locked.flow_id}), by=by)
    return {"id": locked.pk, "state": locked.state}
