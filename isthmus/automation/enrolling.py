"""Cadences: rules that begin when somebody enrols a person, a lead or a deal, and end when those move."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.automation.models import KIND
from isthmus.core import automations
from isthmus.core.clock import now
from isthmus.flows import steering
from isthmus.flows.models import FlowRun, RunState
from isthmus.people.models import Person
from isthmus.workspace.records import with_merged

_KEY, _SECONDS = "automation.enrolled", 2
OPT_OUT = "opt_out"
_BECAUSE: Mapping[str, tuple[str, str | Promise]] = {
    "meeting.booked": ("meeting", _("A meeting was made.")),
    "message.replied": ("reply", _("They answered.")),
    "consent.withdrawn": (OPT_OUT, _("They opted out.")),
    "address.suppressed": (OPT_OUT, _("Their address must not be written to any more.")),
    "deal.stage_changed": ("stage", _("The deal moved to another stage.")),
    "deal.won": ("stage", _("The deal was won.")),
    "deal.lost": ("stage", _("The deal was lost.")),
}


def what_stops(fact: Mapping[str, Any]) -> tuple[str, str | Promise] | None:
    """Which stop a fact is, and how that is said; None for most."""
    kind = fact["kind"]
    if kind == "activity.logged" and '"kind":"meeting"' in str(fact.get("props") or "").replace(" ", ""):
        return "meeting", _("There was a meeting.")
    return _BECAUSE.get(kind)


def anybody_enrolled() -> bool:
    """Whether anything could be stopped: asked at each act, so the answer is kept for a moment."""
    found: bool | None = cache.get(_KEY)
    if found is None:
        found = _open().exists()
        cache.set(_KEY, found, _SECONDS)
    return found


def ask_again() -> None:
    """Somebody was enrolled: this process looks again."""
    cache.delete(_KEY)


def note_facts(facts: Sequence[Mapping[str, Any]]) -> None:
    """End what these facts stop, in their own transaction: no further step is taken after an answer."""
    stopping = [(fact, found) for fact in facts if (found := what_stops(fact)) is not None]
    opted_out = any(what == OPT_OUT for _fact, (what, _because) in stopping)
    # Whoever wants no more gets no more, whatever a cadence says and this process remembers.
    if not stopping or not (opted_out or anybody_enrolled()) or not automations.allows("rules.stop"):
        return
    for fact, (what, because) in stopping:
        runs = [run.pk for run in _about(fact) if what == OPT_OUT or what in _stops_of(run)]
        if runs:
            steering.stop_all(runs, str(because), now())


def _stops_of(run: FlowRun) -> Sequence[str]:
    return run.version.spec["when"].get("stop_on") or ()


def _open() -> Any:
    open_ones = FlowRun.objects.filter(flow__kind=KIND, state__in=[RunState.RUNNING, RunState.PAUSED])
    return open_ones.filter(key__startswith="enrolled:")


def _about(fact: Mapping[str, Any]) -> list[FlowRun]:
    about = Q(pk__in=[])
    if fact.get("subject") is not None:
        person = Person.objects.filter(subject=fact["subject"]).values_list("pk", flat=True).first()
        if person is not None and not fact["kind"].startswith("deal."):
            about |= Q(person_id__in=with_merged("person", person))
    for kind in ("deal", "lead"):
        if fact.get(f"{kind}_id") is not None:
            about |= Q(record_kind=kind, record_id=fact[f"{kind}_id"])
    return list(_open().filter(about).select_related("version"))
