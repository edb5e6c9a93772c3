"""`python -m bench.events`: events over HTTP into a served company, beside what others publish.

Clients, server, sealer and who reads pages share the machine, as on a small host. Each figure stands beside
its target; what was printed is kept as JSON.
"""

import json
import os
import platform
import shutil
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
PEERS = (
    ("RudderStack, 2 cores and a PostgreSQL apart", 1_700),
    ("RudderStack, 8 cores and a PostgreSQL apart", 2_700),
    ("Snowplow, one node, its stream to nowhere", 970),
    ("PostHog in its time on PostgreSQL, the busiest told of", 58),
)
SUSTAINED = 52_000  # A little more than the target, which is to be kept.
RATE, P99, ONE_RATE, PAGES_P95, LAG, BYTES = 50_000, 100.0, 4_000, 200.0, 5.0, 60.0
PROPERTIES = ("plan", "price", "step")
PLAIN_MONTH, FREE_MONTH = "2026-01", "2026-02"


@dataclass(frozen=True)
class Times:
    """Seconds at the target's rate, and as fast as answered."""

    sustained: float
    burst: float


@dataclass
class Told:
    """What is printed and kept."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, what: str, value: float, unit: str, kept: bool | None = None, more: str = "") -> None:
        """One figure, and whether it keeps its target."""
        verdict = "" if kept is None else "kept" if kept else "MISSED"
        shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
        click.echo(f"  {what:52}{shown:>12} {unit:10}{verdict:7}{more}")
        self.lines.append({"what": what, "value": round(value, 3), "unit": unit, "kept": kept, "more": more})


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long the target's rate is kept up.")
@click.option("--burst", default=8.0, show_default=True, help="How long it goes as fast as it is answered.")
@click.option("--sealed", default=200_000, show_default=True, help="Events whose sealed size is measured.")
@click.option(
    "--home",
    default=ROOT / "var" / "bench-events",
    type=click.Path(path_type=Path),
    help="A folder for it, emptied first.",
)
@click.option("--results", default=ROOT / "bench" / "results", type=click.Path(path_type=Path))
def main(seconds: float, burst: float, sealed: int, home: Path, results: Path) -> None:
    """Measure what the collector takes, how soon it is there, and how little of the disk it costs."""
    if home.exists() and any(home.iterdir()) and not (home / "isthmus.sqlite3").exists():
        raise click.BadParameter(f"{home} holds something else; name an empty folder.", param_hint="--home")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    home = home.resolve()
    os.environ.update(ISTHMUS_HOME=str(home), DATABASE_URL="", DJANGO_SETTINGS_MODULE="isthmus.settings")
    import django

    django.setup()
    key, cookie = _begin()
    told = Told()
    for workers in (1, 2):
        _under_load(told, home, key, cookie, workers, Times(seconds, burst))
    _sizes(told, home, key, sealed)
    click.echo("\nWhat others publish (events/s):")
    for name, figure in PEERS:
        click.echo(f"  {name:58}{figure:>8,}")
    _keep(results, told, seconds)


def _begin() -> tuple[str, str]:
    from click.testing import CliRunner

    from bench.serving import session_cookie
    from isthmus.cli.demo import SIGNS_IN, demo
    from isthmus.collect.commands import add_source, declare_property
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now

    made = CliRunner().invoke(demo, ["--no-serve"], catch_exceptions=False)
    if made.exit_code:
        raise SystemExit(made.output)
    source = add_source(name="Bench", kind="server", by=SYSTEM, at=now())
    for name in PROPERTIES:
        declare_property(name=name, by=SYSTEM, at=now())
    return source.write_key, session_cookie(SIGNS_IN)


def _under_load(told: Told, home: Path, key: str, cookie: str, workers: int, times: Times) -> None:
    from bench.collecting import Reader, Senders, drain, served

    click.echo(f"\n{workers} web process{'es' if workers > 1 else ''}:")
    with served(home, workers) as port:
        senders = Senders(port, key)
        senders.send(connections=16, events_a_call=100, seconds=min(3, times.burst))
        drain(home)
        most = senders.send(connections=16, events_a_call=100, seconds=times.burst)
        told.tell("batches of 100, as fast as answered", most.rate, "events/s", None, _other(most))
        told.tell("  99 % answered within", most.wait(99), "ms")
        drain(home)
        reader = Reader(port, cookie)
        reader.start()
        _sustained(told, home, senders, reader, times.sustained)
        one = senders.send(connections=64, events_a_call=1, seconds=times.burst)
        told.tell("one event a call, 64 connections", one.rate, "events/s", one.rate >= ONE_RATE, _other(one))
        told.tell("  99 % answered within", one.wait(99), "ms")
        drain(home)
        _floor(told, home, key, workers, one.rate, times.burst)
        if workers == 2:
            _lag(told, home, senders, min(times.sustained, 30))


def _floor(told: Told, home: Path, key: str, workers: int, rate: float, seconds: float) -> None:
    """What the web server alone answers on this machine, to the same senders: no event is read or kept."""
    from bench.collecting import Senders
    from bench.serving import running_server

    with running_server(home, workers, "bench.bare:application") as port:
        bare = Senders(port, key).send(connections=64, events_a_call=1, seconds=seconds)
    told.tell(
        "  the same server, reading and keeping nothing",
        bare.rate,
        "calls/s",
        None,
        f"{rate / bare.rate:.0%} of it",
    )


def _sustained(told: Told, home: Path, senders: Any, reader: Any, seconds: float) -> None:
    """The target's rate for its time, while somebody reads pages; then how the backlog goes."""
    from bench.collecting import collected, drain, waiting_bytes
    from bench.measuring import percentile

    before, began = collected()[0], time.monotonic()
    sent = senders.send(connections=16, events_a_call=100, seconds=seconds, rate=SUSTAINED / 100)
    reader.end()
    meanwhile, backlog = collected()[0] - before, waiting_bytes(home)
    drained = drain(home)
    spent = time.monotonic() - began
    told.tell(f"for {seconds:.0f} s", sent.rate, "events/s", sent.rate >= RATE, _other(sent))
    told.tell("  half answered within", sent.wait(50), "ms")
    told.tell("  99 % answered within", sent.wait(99), "ms", sent.wait(99) < P99)
    p95 = percentile(reader.waits, 95)
    others = f", not 200: {reader.others}" if reader.others else ""
    told.tell("  95 % of pages within", p95, "ms", p95 < PAGES_P95, f"{len(reader.waits)} pages{others}")
    told.tell("  sealed meanwhile", meanwhile / seconds, "events/s")
    told.tell("  backlog at the end", backlog / 1e6, "MB", None, f"gone after {drained:.0f} s")
    sealed = (collected()[0] - before) / spent
    told.tell("  sealed until it was gone", sealed, "events/s", None, "with identity, bots and channels")


def _lag(told: Told, home: Path, senders: Any, seconds: float) -> None:
    from bench.collecting import Sightings, drain
    from bench.measuring import percentile

    sightings = Sightings()
    sightings.start()
    sent = senders.send(connections=8, events_a_call=10, seconds=seconds, rate=100)
    drain(home)
    time.sleep(0.5)
    sightings.end()
    lags = sightings.lags()
    p95 = percentile(lags, 95)
    told.tell("1,000 events/s: acknowledged until there, half", percentile(lags, 50), "s")
    told.tell("  95 %", p95, "s", p95 < LAG, f"{sent.rate:,.0f} events/s, {len(lags):,} events")


def _sizes(told: Told, home: Path, key: str, events: int) -> None:
    from django.db.models import Sum

    from bench.collecting import Senders, drain, served
    from isthmus.ledger.file_merging import merge_files
    from isthmus.ledger.models import SealedFile

    click.echo("\nOn the disk, once files are merged:")
    with served(home, 1) as port:
        for month, free in ((PLAIN_MONTH, False), (FREE_MONTH, True)):
            senders = Senders(port, key)
            senders.send(connections=8, events_a_call=100, seconds=600, until=events, month=month, free=free)
        drain(home)
    merge_files(wait=60, thoroughly=True)
    for month, name in ((PLAIN_MONTH, "without free properties"), (FREE_MONTH, "with three free properties")):
        files = SealedFile.objects.filter(superseded_by=None, month=month)
        sums = files.aggregate(bytes=Sum("bytes"), rows=Sum("rows"))
        each = sums["bytes"] / sums["rows"]
        told.tell(name, each, "bytes", each <= BYTES, f"an event, of {sums['rows']:,}")


def _other(sent: Any) -> str:
    return f"other answers: {sent.others}" if sent.others else ""


def _keep(results: Path, told: Told, seconds: float) -> None:
    from isthmus.core.clock import now

    results.mkdir(parents=True, exist_ok=True)
    at: datetime = now()
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    path = results / f"events-{at:%Y-%m-%d-%H%M}.json"
    kept = {"at": at.isoformat(timespec="seconds"), "seconds": seconds, **machine, "lines": told.lines}
    path.write_text(json.dumps(kept, indent=1) + "\n")
    click.echo(f"\nKept in {path}")


if __name__ == "__main__":
    main()
