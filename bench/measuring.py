"""One run: the company, the floors, the pages, and the table of both."""

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bench.clients import read_pages
from bench.floors import read_bare
from bench.pages import addresses
from bench.seeding import ensure_company
from bench.serving import running_server, session_cookie
from isthmus.core.clock import now

FLOOR_TIMES = 5
PAGE_TARGET_MS, METRIC_TARGET = 100, 3


@dataclass(frozen=True)
class Line:
    """One page's figures in milliseconds; the floor is the same rows read bare."""

    page: str
    read: int
    p50: float
    p95: float
    client_p95: float
    floor_p50: float | None

    @property
    def times_floor(self) -> float | None:
        """How many times the bare reading the page costs, at the median."""
        return self.p50 / self.floor_p50 if self.floor_p50 else None

    @property
    def keeps_target(self) -> bool:
        """Metrics: at most three times the bare scan. Pages: under 100 ms at the 95th percentile."""
        if self.page.startswith("metric "):
            return self.times_floor is not None and self.times_floor <= METRIC_TARGET
        return self.p95 < PAGE_TARGET_MS


def measure(
    *,
    people: int,
    facts: int,
    clients: int,
    seconds: float,
    workers: int,
    mixed: bool,
    results: Path,
    only: Sequence[str],
) -> list[Line]:
    """Measure everything, print the table, keep it as JSON under `results`.

    All clients read one page after the other for some seconds, as the floors are read; `mixed` lets each read
    every page in turn, so that a slow one costs the quick ones their processor too. The files are read
    through once before: what is measured is a server that has run for some hours, not a disk just woken.
    """
    from django.conf import settings

    click.echo(f"A company of {people:,} people and {facts:,} facts:")
    size = ensure_company(people, facts, click.echo)
    pages = {name: one for name, one in addresses(size).items() if not only or name in only}
    if unknown := set(only) - set(pages):
        raise click.BadParameter(
            f"There is no page called {', '.join(sorted(unknown))}.", param_hint="--only"
        )
    _read_through(settings.ISTHMUS_HOME)
    bare = read_bare(size, clients=clients, times=FLOOR_TIMES, only=only)
    runs = [pages] if mixed else [{name: address} for name, address in pages.items()]
    by_page: dict[str, list[tuple[float, float]]] = {}
    with running_server(settings.ISTHMUS_HOME, workers) as port:
        cookie = session_cookie("ada@bench.example")
        for run in runs:
            for answer in read_pages(port, cookie, run, clients=clients, seconds=seconds * len(run)):
                by_page.setdefault(answer.page, []).append((answer.server_ms, answer.client_ms))
    lines = [_line(page, times, bare.get(page)) for page, times in by_page.items()]
    how = "each page by all of them" if not mixed else "every page in turn"
    _print(lines, f"{clients} clients, {how}; {workers} web processes; milliseconds in the server")
    _keep(results, lines, people=people, facts=facts, clients=clients, workers=workers)
    return lines


def _read_through(home: Path) -> None:
    piece = memoryview(bytearray(1 << 20))
    for path in sorted(one for one in home.rglob("*") if one.is_file()):
        with path.open("rb", buffering=0) as file:
            while file.readinto(piece):
                pass


def _line(page: str, times: list[tuple[float, float]], bare: list[float] | None) -> Line:
    server, client = [s for s, _ in times], [c for _, c in times]
    return Line(
        page=page,
        read=len(times),
        p50=statistics.median(server),
        p95=percentile(server, 95),
        client_p95=percentile(client, 95),
        floor_p50=statistics.median(bare) if bare else None,
    )


def percentile(values: list[float], percent: int) -> float:
    """The value that this percentage of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _print(lines: list[Line], title: str) -> None:
    click.echo(f"\n{title}")
    click.echo(f"{'page':24}{'read':>7}{'p50':>9}{'p95':>9}{'floor':>9}{'x floor':>9}  target")
    for line in lines:
        floor = f"{line.floor_p50:9.1f}{line.times_floor:9.1f}" if line.floor_p50 else f"{'-':>9}{'-':>9}"
        verdict = "kept" if line.keeps_target else "MISSED"
        click.echo(f"{line.page:24}{line.read:7}{line.p50:9.1f}{line.p95:9.1f}{floor}  {verdict}")


def _keep(results: Path, lines: list[Line], **run: int) -> None:
    results.mkdir(parents=True, exist_ok=True)
    at = now()
    machine = {"python": platform.python_version(), "system": platform.platform()}
    kept = {
        "at": at.isoformat(timespec="seconds"),
        **run,
        **machine,
        "lines": [asdict(line) for line in lines],
    }
    path = results / f"{at:%Y-%m-%d-%H%M}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n")
    click.echo(f"\nKept in {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
