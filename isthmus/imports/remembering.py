"""What was seen in the files of a run, kept beside its rows so that a page need not look again."""

import dataclasses
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from isthmus.imports.looking import Look
from isthmus.imports.models import ImportRun, Upload
from isthmus.imports.recipe.model import Input
from isthmus.imports.source.reading import Unread
from isthmus.imports.source.staging import Source, open_source
from isthmus.imports.uploads import path_of, run_folder
from isthmus.imports.values import text_of

ROWS_WALKED, VALUES_KEPT = 200_000, 60


@dataclass(frozen=True)
class SeenColumn:
    """One column: what it looks like and some of what stands in it."""

    name: str
    kind: str
    samples: Sequence[str]
    filled: float
    doubts: Sequence[str] = ()


@dataclass(frozen=True)
class SeenFile:
    """One file: how it is written, how many rows it has, its columns."""

    name: str
    format: str
    encoding: str
    delimiter: str
    rows: int
    rows_exact: bool
    columns: Sequence[SeenColumn]
    doubts: Sequence[str] = ()


@dataclass(frozen=True)
class Brought:
    """A file that was brought for an input of the recipe, and what was seen in it."""

    given: Input
    upload: Upload
    seen: SeenFile


def remember(
    run: ImportRun, looks: Mapping[str, Look], doubts: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> None:
    """Keep what looking at the files showed, and what a draft doubts, by the names that people gave."""
    run_folder(run).mkdir(parents=True, exist_ok=True)
    seen = [dataclasses.asdict(_seen(name, look, doubts.get(name, ()))) for name, look in looks.items()]
    (run_folder(run) / "seen.json").write_text(json.dumps(seen), "utf-8")


def seen_files(run: ImportRun) -> list[SeenFile]:
    """What was seen in each file of a run; nothing once its files are forgotten."""
    path = run_folder(run) / "seen.json"
    if not path.exists():
        return []
    return [
        SeenFile(**{**one, "columns": [SeenColumn(**column) for column in one["columns"]]})
        for one in json.loads(path.read_text("utf-8"))
    ]


def values_of(brought: Brought, column: str) -> list[str]:
    """The different values of a column in the order of their number, the most frequent first."""
    given = brought.given
    source = open_source(given, path_of(brought.upload))
    if column not in source.columns:
        return []
    words = (cell.strip() for cell in itertools.islice(cells(source, column), ROWS_WALKED))
    counted = Counter(word for word in words if word and word not in given.format.empty)
    return sorted(counted, key=lambda word: (-counted[word], word))[:VALUES_KEPT]


def cells(source: Source, column: str) -> Iterator[str]:
    """What stands in a column of a file, row by row."""
    if source.text is not None:
        place = source.columns.index(column)
        yield from (row[1][place] for row in source.text.rows() if not isinstance(row, Unread))
        return
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(source.path).iter_batches(columns=[column]):
        yield from map(text_of, batch.column(0).to_pylist())


def _seen(name: str, look: Look, doubts: Sequence[str]) -> SeenFile:
    columns = [
        SeenColumn(one.name, one.kind, list(one.samples), float(one.filled), list(one.doubts))
        for one in look.columns
    ]
    told = [*look.doubts, *(doubt for doubt in doubts if doubt not in look.doubts)]
    return SeenFile(
        name, look.format, look.encoding, look.delimiter, look.rows, look.rows_exact, columns, told
    )
