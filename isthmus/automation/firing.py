"""From facts to runs: what listens, what is judged, how often one rule may go off, and what stops circles."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.automation.acting import actor_of
from isthmus.automation.knowing import Knowing, load, record_numbers
from isthmus.automation.models import KIND, Rule
from isthmus.automation.spec import RuleSpec, read_spec
from isthmus.core import automations, queue
from isthmus.core.clock import from_us
from isthmus.core.crash import crash_point
from isthmus.core.refusals import NotPermitted
from isthmus.flows import causes
from isthmus.flows.models import Flow, FlowRun, FlowVersion
from isthmus.flows.running import begin_run, kick, note_looped
from isthmus.workspace.commands import notify
from isthmus.workspace.models import Company

TASK = "automation.consider"
NOTICE = "rule.looped"
BY_ITSELF = 3  # So often in an hour one rule may go off through what it did itself.
ABOUT_ONE = 30  # So often in an hour about one record, whatever the cause.
_KEY = "automation.listening"
_SECONDS = 2  # So long another process may not know of a rule that was just switched on.
_AT_ONCE = 200
_COLUMNS = (
    "kind", "occurred_us", "subject", "account_id", "lead_id", "deal_id", "order_id", "campaign_id",
    "product_id", "channel", "owner", "team", "territory", "region", "amount", "amount_base", "currency",
    "quantity", "actor_kind", "actor_id",
)  # fmt: skip


def name_of(flow_id: int) -> str:
    """A rule's name among automations."""
    return f"rules.{flow_id}"


def listening() -> Mapping[str, Sequence[int]]:
    """The rules that wait for each kind of fact. Asked at each act, so the answer is kept for a moment."""
    found: dict[str, list[int]] | None = cache.get(_KEY)
    if found is None:
        found = {}
        for version in active_versions():
            for kind in version.spec["when"].get("facts") or ():
                found.setdefault(kind, []).append(version.flow_id)
        cache.set(_KEY, found, _SECONDS)
    return found


def active_versions() -> Any:
    """The versions of rules that are at work."""
    return FlowVersion.objects.filter(
        flow__kind=KIND, flow__state=Flow.State.ON, state=FlowVersion.State.ACTIVE
    ).select_related("flow", "acts_as")


def ask_again() -> None:
    """A rule came, changed or went: this process looks again, now and once that is committed."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def note_facts(facts: Sequence[Mapping[str, Any]]) -> None:
    """Have the rules that wait for these facts judge them, once the act is committed."""
    waiting = listening()
    if not waiting:
        return
    wanted: list[dict[str, Any]] = []
    for fact in facts:
        rules = [one for one in waiting.get(fact["kind"], ()) if automations.allows(name_of(one))]
        if rules:
            wanted.append({**plain(fact), "rules": rules})
            for one in rules:
                automations.count(name_of(one))
    chain = [list(cause) for cause in causes.current()]
    for start in range(0, len(wanted), _AT_ONCE):
        queue.enqueue(TASK, {"facts": wanted[start : start + _AT_ONCE], "chain": chain})


def plain(fact: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule keeps of a fact: numbers, codes, amounts; nothing that is sealed."""
    kept = {name: fact[name] for name in _COLUMNS if fact.get(name) is not None}
    said = fact.get("props")
    known: dict[str, Any] = json.loads(said) if isinstance(said, str) else dict(said or {})
    props = {name: value for name, value in known.items() if name != "sealed"}
    return {**kept, "id": bytes(fact["id"]).hex(), **({"props": props} if props else {})}


def consider(facts: Sequence[Mapping[str, Any]], chain: causes.Chain, at: datetime) -> int:
    """Judge facts by the rules that wait for them; how many runs began. Safe to repeat."""
    asked = {one for fact in facts for one in fact["rules"]}
    began = 0
    for version in active_versions().filter(flow__in=asked):
        theirs = [fact for fact in facts if version.flow_id in fact["rules"]]
        with transaction.atomic():
            began += len(_begin(version, theirs, chain, at))
            crash_point("automation.before_commit")
    return began


def _begin(
    version: FlowVersion, facts: Sequence[Mapping[str, Any]], chain: causes.Chain, at: datetime
) -> list[FlowRun]:
    begun: list[FlowRun] = []
    for met in meeting(version, read_spec(version.spec), facts, at):
        run = begin(version, met, chain, at)
        if run is not None:
            begun.append(run)
    if begun:
        kick()
    return begun


@dataclass(frozen=True)
class Met:
    """A fact (or a time) at which a rule would go off, with its record and the key that says how often."""

    key: str
    kind: str
    record_id: int
    person_id: int | None
    fact: Mapping[str, Any]


def meeting(
    version: FlowVersion, spec: RuleSpec, facts: Sequence[Mapping[str, Any]], at: datetime
) -> Iterable[Met]:
    """The facts at which a rule goes off, in order. What they say of a record counts as it stood then."""
    try:
        actor = actor_of(version)
    except NotPermitted:
        return  # Its page says so: nothing is done in the name of nobody.
    numbers = record_numbers(spec.record, facts)
    rows = load(spec.record, [one for one in numbers if one is not None], actor)
    knowing, zone = Knowing(at.date()), Company.current().zone
    for fact, number in zip(facts, numbers, strict=True):
        row = rows.get(number or 0)
        if row is None:
            continue
        happened = from_us(int(fact["occurred_us"]))
        if spec.conditions.hold(knowing.values(spec.record, row, fact), happened):
            yield Met(
                key=once_key(spec, row, str(fact["id"]), happened.astimezone(zone).date().isoformat()),
                kind=spec.record,
                record_id=row.pk,
                person_id=person_of(spec.record, row),
                fact={name: value for name, value in fact.items() if name != "rules"},
            )


def once_key(spec: RuleSpec, row: Any, occasion: str, day: str) -> str:
    """What a run of it is for: the occasion, the record, its person, or the record on a day."""
    record = f"{spec.record}:{row.pk}"
    if spec.once == "record":
        return record
    if spec.once == "day":
        return f"{record}:{day}"
    person = person_of(spec.record, row)
    if spec.once == "person" and person is not None:
        return f"person:{person}"
    return f"{occasion}:{record}"


def person_of(kind: str, row: Any) -> int | None:
    """The number of the person whom a record is about."""
    number: int | None = row.pk if kind == "person" else getattr(row, "person_id", None)
    return number


def begin(version: FlowVersion, met: Met, chain: causes.Chain, at: datetime) -> FlowRun | None:
    """Begin what a rule does about a record, unless it did so already or goes in circles."""
    about: dict[str, Any] = {"person_id": met.person_id, "fact": dict(met.fact)}
    if reason := _circle(version, met, chain, at):
        looped = note_looped(
            version, key=met.key, at=at, reason=reason, record_kind=met.kind, record_id=met.record_id,
            chain=[list(cause) for cause in chain], **about,
        )  # fmt: skip
        if looped is not None:
            _tell_of_circle(version, at)
        return None
    return begin_run(version, key=met.key, at=at, record=(met.kind, met.record_id), chain=chain, **about)


def _circle(version: FlowVersion, met: Met, chain: causes.Chain, at: datetime) -> str:
    since = at - timedelta(hours=1)
    if causes.times(chain, version.flow_id, int(since.timestamp())) >= BY_ITSELF:
        others = Flow.objects.filter(pk__in={one for one, _second in chain} - {version.flow_id})
        names = ", ".join(f"“{one}”" for one in others)
        if names:
            return _(
                "Stopped: it was set off by its own effects, through %(names)s, more than %(most)d times "
                "in an hour."
            ) % {"names": names, "most": BY_ITSELF}
        return _("Stopped: it was set off by its own effects more than %(most)d times in an hour.") % {
            "most": BY_ITSELF
        }
    lately = FlowRun.objects.filter(
        flow=version.flow_id, record_kind=met.kind, record_id=met.record_id, began_at__gt=since, looped=False
    )
    if lately.count() >= ABOUT_ONE:
        return _("Stopped: it went off %(most)d times in an hour about one and the same record.") % {
            "most": ABOUT_ONE
        }
    return ""


def _tell_of_circle(version: FlowVersion, at: datetime) -> None:
    """Say on the rule that it goes in circles, and tell who looks after it, once an hour."""
    rule = Rule.objects.select_for_update().select_related("flow").get(pk=version.flow_id)
    known = rule.looped_at
    rule.looped_at = at
    rule.save(update_fields=["looped_at"])
    if rule.owner_id is None or (known is not None and at - known < timedelta(hours=1)):
        return
    words = gettext_lazy("The rule “{name}” set itself off again and again and was stopped")
    path = f"/settings/automation/{rule.pk}/"
    notify(user=rule.owner_id, kind=NOTICE, text=format_lazy(words, name=rule.flow.name), path=path, at=at)
