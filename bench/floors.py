"""Floors: the rows that a page shows, read bare by plain SQL or by the engine, as many at once as clients."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from bench.clients import LATER
from bench.pages import METRICS, dimension, window
from bench.world import SELLERS, Size
from isthmus.core.clock import to_us

if TYPE_CHECKING:
    import duckdb


Floor = Callable[["Reader", random.Random], object]

_PEOPLE = """SELECT * FROM people_person WHERE owner_id = ? AND merged_into_id IS NULL AND erased_at IS NULL
    ORDER BY updated_at DESC, id DESC LIMIT 50"""
_FILTERED = """SELECT * FROM people_person WHERE owner_id = ? AND country = 'SE' AND updated_at > '2000-01-01'
    AND json_extract(custom, '$.plan') = 'Team' AND merged_into_id IS NULL AND erased_at IS NULL
    ORDER BY updated_at DESC, id DESC LIMIT 50"""
_LEADS = """SELECT * FROM leads_lead JOIN people_person ON people_person.id = leads_lead.person_id
    WHERE channel = 'email' ORDER BY captured_at DESC, leads_lead.id DESC LIMIT 50"""
_BOARD = """SELECT stage_id, currency, count(*), sum(amount) FROM sales_deal
    WHERE stage_id IN (1, 2, 3) AND state = 'open' GROUP BY stage_id, currency"""
_COLUMN = """SELECT * FROM sales_deal WHERE stage_id = ? AND state = 'open'
    ORDER BY stage_since DESC, id DESC LIMIT 20"""
_SEARCH = """SELECT * FROM people_person WHERE id IN (SELECT party_id FROM people_searchtoken WHERE party = 1
    AND token >= 'maja' AND token < 'majb' LIMIT 2000) ORDER BY full_name LIMIT 20"""
# The overview's figures need the kinds of the whole path.
_OF_THE_PATH = (
    "media.delivered media.clicked lead.captured lead.qualified lead.accepted lead.returned lead.handed_over "
    "lead.contacted deal.opened deal.won deal.lost order.paid order.refunded"
)
# What each metric's definition reads beside kind, time and the dimension that it is split by.
_OF_METRIC = {
    "leads": "lead_id",
    "response_time": "lead_id actor_kind",
    "win_rate": "deal_id",
    "revenue": "amount_base",
    "revenue_per_lead": "lead_id amount_base",
    "impressions": "quantity",
}


@dataclass(frozen=True)
class Scan:
    """What a metric reads of the facts: these columns, of these kinds, within this window."""

    columns: Sequence[str]
    kinds: Sequence[str]


class Reader:
    """One client's bare access to the same two stores."""

    def __init__(self, engine: "duckdb.DuckDBPyConnection", files: Sequence[str]) -> None:
        self.rows = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        self.rows.executescript("PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;")
        self.facts = engine.cursor()
        self.files = list(files)

    def select(self, sql: str, *parameters: Any) -> list[Any]:
        """Rows of the operational database."""
        return self.rows.execute(sql, parameters).fetchall()

    def scan(self, scan: Scan, since: datetime, until: datetime) -> list[Any]:
        """Read the columns, and do nothing with them but look for the greatest."""
        greatest = ", ".join(f"max({column})" for column in scan.columns)
        kinds = ", ".join(f"'{kind}'" for kind in scan.kinds)
        return self.facts.execute(
            f"SELECT count(*), {greatest} FROM read_parquet(?) "
            f"WHERE kind IN ({kinds}) AND occurred_us >= ? AND occurred_us < ?",
            [self.files, to_us(since), to_us(until)],
        ).fetchall()

    def history(self, subject: int) -> list[Any]:
        """Everything that happened to one person."""
        return self.facts.execute(
            "SELECT * FROM read_parquet(?) WHERE subject = ?", [self.files, subject]
        ).fetchall()


def floors(size: Size) -> Mapping[str, Floor]:
    """The bare reading behind each page."""
    return {
        "people": lambda at, choice: at.select(_PEOPLE, choice.randint(1, SELLERS)),
        "people filtered": lambda at, choice: at.select(_FILTERED, choice.randint(1, SELLERS)),
        "leads": lambda at, choice: at.select(_LEADS),
        "board": lambda at, choice: [at.select(_BOARD), *(at.select(_COLUMN, stage) for stage in (1, 2, 3))],
        "search": lambda at, choice: at.select(_SEARCH),
        "person": lambda at, choice: _person(at, choice.randint(1, size.people)),
        **{f"metric {name}": _metric(name, size) for name in METRICS},
        "overview" + LATER: _overview(size),
    }


def scan_of(metric: str, by: str) -> Scan:
    """The columns and kinds that a metric's definition names, split by a dimension."""
    from isthmus.metrics.catalogue import catalogue
    from isthmus.metrics.dimensions import CREDITED_LATER, FIXED
    from isthmus.metrics.facts import CREDITING

    column, definition = FIXED[by].column, catalogue()[metric]
    kinds = definition.kinds
    if definition.anchors == ("lead",) and column in CREDITED_LATER:
        kinds = tuple(dict.fromkeys((*kinds, *CREDITING)))
    return Scan(["kind", "occurred_us", column, *_OF_METRIC[metric].split()], kinds)


def _person(at: Reader, number: int) -> list[Any]:
    parts = [
        at.select(f"SELECT * FROM {table} WHERE person_id = ?", number)
        for table in ("leads_lead", "sales_deal")
    ]
    return [at.select("SELECT * FROM people_person WHERE id = ?", number), *parts, at.history(number)]


def _metric(metric: str, size: Size) -> Floor:
    def read(at: Reader, choice: random.Random) -> object:
        scan, days = scan_of(metric, dimension(metric, choice)), window(choice, size, days=365)
        return at.scan(scan, _midnight(days["since"]), size.end)

    return read


def _overview(size: Size) -> Floor:
    scan = Scan(
        ["kind", "occurred_us", "lead_id", "deal_id", "channel", "amount_base", "quantity"],
        _OF_THE_PATH.split(),
    )

    def read(at: Reader, choice: random.Random) -> object:
        days = window(choice, size)
        return at.scan(scan, _midnight(days["since"]), size.end)

    return read


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def read_bare(size: Size, *, clients: int, times: int, only: Sequence[str] = ()) -> dict[str, list[float]]:
    """Milliseconds of each floor, read by as many readers at once as there are clients."""
    import duckdb

    from isthmus.ledger.manifest import current_files

    engine = duckdb.connect()
    engine.execute(
        f"SET GLOBAL threads = {settings.ENGINE_THREADS}; SET GLOBAL parquet_metadata_cache = true"
    )
    files = [file.place for file in current_files()]
    spent: dict[str, list[float]] = {}
    for name, floor in floors(size).items():
        if only and name not in only:
            continue
        spent[name] = []
        given = [(engine, files, floor, times, number, spent[name]) for number in range(clients)]
        readers = [threading.Thread(target=_read, args=arguments) for arguments in given]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    return spent


def _read(engine: Any, files: list[str], floor: Floor, times: int, number: int, spent: list[float]) -> None:
    at, choice = Reader(engine, files), random.Random(number)
    floor(at, choice)
    for _ in range(times):
        began = time.perf_counter()
        floor(at, choice)
        spent.append((time.perf_counter() - began) * 1000)
