"""A rule tried on the last 90 days: how often it would have gone off, about what. Nothing is done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.automation.acting import actor_of
from isthmus.automation.firing import Met, meeting
from isthmus.automation.models import DryRun
from isthmus.automation.scheduling import asked_rows, meeting_now
from isthmus.automation.spec import RuleSpec, read_spec
from isthmus.core import queue
from isthmus.core.clock import from_us, to_us
from isthmus.core.refusals import Refusal
from isthmus.flows.models import FlowVersion
from isthmus.ledger.reading import snapshot

TASK = "automation.rehearse"
DAYS = 90
SHOWN = 100  # Occasions that are kept to be looked at; the others are only counted.
_AT_ONCE = 1000
_COLUMNS = (
    "id", "kind", "occurred_us", "subject", "account_id", "lead_id", "deal_id", "order_id", "campaign_id",
    "product_id", "channel", "owner", "team", "territory", "region", "amount", "amount_base", "currency",
    "quantity", "actor_kind", "actor_id", "props",
)  # fmt: skip


class Tally:
    """What would have happened, counted; each key once."""

    def __init__(self, seen: int = 0) -> None:
        self.read = seen
        self.met = 0
        self.keys: set[str] = set()
        self.records: set[int] = set()
        self.weeks: Counter[str] = Counter()
        self.shown: list[dict[str, Any]] = []

    def add(self, met: Met, at: datetime) -> None:
        """Count an occasion at which the conditions were met."""
        self.met += 1
        if met.key in self.keys:
            return
        self.keys.add(met.key)
        self.records.add(met.record_id)
        monday = at.date() - timedelta(days=at.weekday())
        self.weeks[monday.isoformat()] += 1
        self.shown.append({"at": at.isoformat(), "record": met.record_id, "fact": dict(met.fact)})
        if len(self.shown) > 2 * SHOWN:
            self.shown = self.shown[-SHOWN:]

    def kept(self, kind: str) -> dict[str, Any]:
        """As it is stored."""
        return {
            "read": self.read,
            "met": self.met,
            "fired": len(self.keys),
            "records": len(self.records),
            "weeks": sorted(self.weeks.items()),
            "kind": kind,
            "shown": [
                {**one, "fact": {k: v for k, v in one["fact"].items() if k not in ("id", "props")}}
                for one in reversed(self.shown[-SHOWN:])
            ],
        }


def rehearse(dry_run: DryRun, at: datetime) -> None:
    """Count what a version would have done, noting how far it is. Safe to repeat."""
    version = _as_asked(dry_run)
    spec = read_spec(dry_run.spec)
    DryRun.objects.filter(pk=dry_run.pk).update(state=DryRun.State.RUNNING, done=0, total=None)
    try:
        actor_of(version)
        tally = _round(dry_run, version, spec, at) if spec.clock else _past(dry_run, version, spec, at)
    except Refusal as refusal:
        _end(dry_run, DryRun.State.FAILED, at, error=str(refusal)[:500])
        return
    _end(dry_run, DryRun.State.DONE, at, result=tally.kept(spec.record))


def _as_asked(dry_run: DryRun) -> FlowVersion:
    """The version with the rights of whoever asks: they would be the ones to switch it on."""
    version = dry_run.version
    version.acts_as = dry_run.asked_by
    return version


def _end(dry_run: DryRun, state: DryRun.State, at: datetime, **more: Any) -> None:
    DryRun.objects.filter(pk=dry_run.pk).update(state=state, finished_at=at, **more)


def _past(dry_run: DryRun, version: FlowVersion, spec: RuleSpec, at: datetime) -> Tally:
    tally = Tally()
    for facts, total in _facts(spec.facts, at - timedelta(days=DAYS), at):
        queue.check_cancelled()
        tally.read += len(facts)
        # What rules did then is no news: with this rule at work the guard against circles would judge it.
        judged = [fact for fact in facts if fact["actor_kind"] != "rule"]
        for met in meeting(version, spec, judged, at):
            tally.add(met, from_us(int(met.fact["occurred_us"])))
        _note(dry_run, tally.read, total)
    return tally


def _round(dry_run: DryRun, version: FlowVersion, spec: RuleSpec, at: datetime) -> Tally:
    """By the clock the past cannot be asked: what stood in each record then is not kept. Today can."""
    tally, after = Tally(), 0
    total = asked_rows(spec, actor_of(version)).count()
    while True:
        queue.check_cancelled()
        part = meeting_now(version, spec, at, at, after=after)
        for met in part.met:
            tally.add(met, at)
        tally.read = total if part.last is None else tally.read + 200
        _note(dry_run, min(tally.read, total), total)
        if part.last is None:
            return tally
        after = part.last


def _note(dry_run: DryRun, done: int, total: int) -> None:
    queue.progress(done, total)
    DryRun.objects.filter(pk=dry_run.pk).update(done=done, total=total)


def _facts(
    kinds: Sequence[str], since: datetime, until: datetime
) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
    """The facts of these kinds in their order, some at a time, each time with how many there are."""
    asked = {"kinds": list(kinds), "since": to_us(since), "until": to_us(until)}
    where = "WHERE list_contains($kinds, kind) AND occurred_us >= $since AND occurred_us < $until"
    with snapshot() as ledger:
        total = int(ledger.execute(f"SELECT count(*) FROM facts {where}", asked).fetchall()[0][0])  # noqa: S608
        rows = ledger.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM facts {where} ORDER BY occurred_us, id",  # noqa: S608
            asked,
        )
        while part := rows.fetchmany(_AT_ONCE):
            yield [_plain(dict(zip(_COLUMNS, row, strict=True))) for row in part], total
    if not total:
        yield [], 0


def _plain(fact: dict[str, Any]) -> Mapping[str, Any]:
    from isthmus.automation.firing import plain

    return plain(fact)


def what_it_means(dry_run: DryRun) -> str:
    """The finding, as a sentence."""
    found = dry_run.result
    if dry_run.state == DryRun.State.FAILED:
        return dry_run.error
    if not found:
        return _("It is being tried.")
    numbers = {"fired": found["fired"], "records": found["records"], "days": DAYS}
    if dry_run.spec["when"].get("every"):
        told = ngettext(
            "If its hour had come now, it would have gone off once.",
            "If its hour had come now, it would have gone off %(fired)d times.",
            found["fired"],
        )
        return str(told % numbers)
    if not found["read"]:
        return _("Nothing that it waits for happened in the last %(days)d days.") % numbers
    if not found["fired"]:
        return _("It would not have gone off once in the last %(days)d days.") % numbers
    about = ngettext("about one record", "about %(records)d records", found["records"])
    told = ngettext(
        "It would have gone off once in the last %(days)d days.",
        "It would have gone off %(fired)d times in the last %(days)d days, %(about)s.",
        found["fired"],
    )
    return str(told % {**numbers, "about": about % numbers})
