"""What a file is, seen from a bounded sample of it: how it is written and what its columns hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from isthmus.imports.detecting import MAX_DISTINCT, NOTHING, Detected, agree, detect
from isthmus.imports.recipe.model import Format
from isthmus.imports.source.cleaning import clean, clean_file_name
from isthmus.imports.source.decoding import content_of, look_at_sample, no_such_file, separator_of
from isthmus.imports.source.reading import TextFile, Unread, checked_columns
from isthmus.imports.source.sampling import KEPT, Sample, first_bytes, sample_text, sampled_bytes, spread
from isthmus.imports.source.workbook import SheetFile
from isthmus.imports.values import text_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_SHEET_ROWS = 5_000


@dataclass(frozen=True)
class LookedColumn:
    """One column: its kind, how its values are written, examples of them, and what is doubtful."""

    name: str
    kind: str  # text, number, money, day, time, email, phone, flag, url, empty
    filled: float  # the share of rows that have a value
    distinct: int  # different values in the sample, capped
    samples: tuple[str, ...] = ()
    day_format: str = ""  # a strptime pattern or "iso": the commonest
    day_formats: tuple[str, ...] = ()  # all that occur, the commonest first
    decimal: str = ""
    thousands: str = ""
    currency: str = ""
    currencies: tuple[str, ...] = ()
    longest: int = 0
    is_unique: bool = False  # no value stands twice in the sample
    values: tuple[str, ...] = ()  # the different ones, when they are few
    doubts: tuple[str, ...] = ()
    known: frozenset[str] = field(default=frozenset(), repr=False)  # the different values of the sample


@dataclass(frozen=True)
class Look:
    """A file as it was found."""

    name: str
    format: str  # csv, tsv, xlsx, parquet
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    rows: int
    rows_exact: bool
    columns: tuple[LookedColumn, ...]
    has_header: bool = True
    quoted: bool = False  # some cells stand in quotation marks
    decimal: str = "."  # of the file's numbers, as most of its columns have it
    thousands: str = ""
    empty: tuple[str, ...] = ()  # words that stand for nothing
    doubts: tuple[str, ...] = ()

    def column(self, name: str) -> LookedColumn:
        """The column of that name."""
        return next(one for one in self.columns if one.name == name)


def look(path: Path, name: str = "", sheet: str = "") -> Look:
    """Look at a file. Raises a Refusal with one sentence for what cannot be read."""
    if not path.is_file():
        raise no_such_file(path)
    name = clean_file_name(name or path.name)
    first = first_bytes(path)
    kind = content_of(first)
    if kind == "parquet":
        return _look_at_parquet(path, name)
    if kind == "xlsx" or (name.lower().endswith((".xlsx", ".xlsm")) and not first):
        return _look_at_workbook(path, name, sheet)
    return _look_at_text(path, name)


def _look_at_text(path: Path, name: str) -> Look:
    start, blocks = sampled_bytes(path)
    encoding, is_guessed, is_mixed = look_at_sample(path, start, blocks)
    separator = separator_of(path, encoding, "csv", Format())
    text = TextFile(path, encoding, separator)
    columns = text.columns()
    has_header = _has_header(columns, text)
    if not has_header:
        columns = tuple(f"column_{at}" for at in range(1, len(columns) + 1))
    sample = sample_text(path, encoding, separator, len(columns), has_header=has_header)
    doubts = _text_doubts(sample, is_guessed, is_mixed, has_header)
    look = Look(
        name=name,
        format="tsv" if separator == "\t" else "csv",
        encoding=encoding,
        delimiter=separator,
        sheet="",
        sheets=(),
        rows=sample.count,
        rows_exact=sample.is_exact,
        columns=(),
        has_header=has_header,
        quoted=b'"' in start or b'"\0' in start,
        doubts=doubts,
    )
    return _with_columns(look, columns, sample.rows)


def _text_doubts(sample: Sample, is_guessed: bool, is_mixed: bool, has_header: bool) -> tuple[str, ...]:
    doubts = []
    if is_guessed:
        doubts.append(
            _("It is not UTF-8; it is read as Western European (cp1252). Do its letters look right?")
        )
    if is_mixed:
        doubts.append(_("It mixes two encodings; rows that are not UTF-8 will be refused."))
    if not has_header:
        doubts.append(_("Its first row looks like data, so the columns have numbers for names."))
    if sample.unread:
        doubts.append(
            _("%(count)s of the rows looked at cannot be read; line %(line)s: %(reason)s")
            % {
                "count": len(sample.unread),
                "line": sample.unread[0].line,
                "reason": sample.unread[0].reason,
            }
        )
    return tuple(doubts)


def _look_at_workbook(path: Path, name: str, sheet: str) -> Look:
    book = SheetFile(path, sheet)
    columns: tuple[str, ...] = ()
    rows: list[Sequence[str]] = []
    unread: list[Unread] = []
    for one in book.rows(_SHEET_ROWS):
        if isinstance(one, Unread):
            unread.append(one)
        else:
            rows.append(one[1])
    columns = checked_columns(name, book.found.names)
    is_exact = book.found.is_whole
    count = len(rows) + len(unread)
    sample = Sample(spread(rows), count if is_exact else max(count, book.found.rows - 1), is_exact, unread)
    look = Look(
        name=name,
        format="xlsx",
        encoding="",
        delimiter="",
        sheet=book.found.sheet,
        sheets=book.found.sheets,
        rows=sample.count,
        rows_exact=is_exact,
        columns=(),
        doubts=_text_doubts(sample, False, False, True),
    )
    return _with_columns(look, columns, sample.rows)


def _look_at_parquet(path: Path, name: str) -> Look:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from isthmus.imports.source.staging import parquet_columns

    columns = parquet_columns(path)
    try:
        file = pq.ParquetFile(path)
        rows = [[text_of(cell) for cell in row] for row in _parquet_rows(file)]
    except (pa.ArrowException, OSError):
        from isthmus.imports.source.decoding import FileUnreadable

        raise FileUnreadable(_("%(file)s is not a whole Parquet file.") % {"file": name}) from None
    look = Look(name, "parquet", "", "", "", (), file.metadata.num_rows, True, ())
    return _with_columns(look, columns, spread(rows))


def _parquet_rows(file: "pq.ParquetFile") -> Iterable[tuple[object, ...]]:
    groups = sorted({0, file.num_row_groups // 2, file.num_row_groups - 1} - {-1})
    for group in groups:
        batch = next(file.iter_batches(KEPT // 3, row_groups=[group]), None)
        if batch is not None:
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _has_header(first: Sequence[str], text: TextFile) -> bool:
    """Whether the first row names columns: it has no number, date or address where the next rows have one."""
    kinds = [detect([cell]).kind if cell else "empty" for cell in first]
    data_like = {"email", "day", "time", "money", "url"}
    if not any(kind in data_like for kind in kinds):
        return True
    following: list[Sequence[str]] = []
    for row in text.rows():
        if not isinstance(row, Unread):
            following.append(row[1])
        if len(following) == 20:
            break
    columns = [detect([cell for cell in column if cell]).kind for column in zip(*following, strict=True)]
    same = sum(1 for own, below in zip(kinds, columns, strict=False) if own == below and own in data_like)
    return same == 0


def _with_columns(look: Look, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Look:
    cells: list[list[str]] = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
    if not rows:
        cells = [[] for _name in names]
    nothing = sorted({cell for column in cells for cell in column if cell.lower() in NOTHING})
    filled = [[cell for cell in column if cell and cell not in nothing] for column in cells]
    found = agree([detect(column) for column in filled])
    columns = tuple(
        _column(name, one, column, len(rows)) for name, one, column in zip(names, found, filled, strict=True)
    )
    decimal, thousands = _marks(found)
    return replace(look, columns=columns, decimal=decimal, thousands=thousands, empty=tuple(nothing))


def _marks(found: Sequence[Detected]) -> tuple[str, str]:
    marked = [one for one in found if one.decimal and not one.is_ambiguous] or [
        one for one in found if one.decimal
    ]
    decimals = [one.decimal for one in marked]
    decimal = max(set(decimals), key=decimals.count) if decimals else "."
    groups = [one.thousands for one in found if one.thousands and one.thousands != decimal]
    grouped = [mark for mark in groups if mark.strip()]
    return decimal, (max(set(grouped), key=grouped.count) if grouped else "")


def _column(name: str, found: Detected, cells: Sequence[str], rows: int) -> LookedColumn:
    different = list(dict.fromkeys(cells))
    return LookedColumn(
        name=name,
        kind=found.kind,
        filled=len(cells) / rows if rows else 0.0,
        distinct=min(len(different), MAX_DISTINCT),
        samples=tuple(clean(cell)[:80] for cell in different[:5]),
        day_format=found.formats[0] if found.formats else "",
        day_formats=found.formats,
        decimal=found.decimal,
        thousands=found.thousands,
        currency=found.currency,
        currencies=found.currencies,
        longest=max(map(len, cells), default=0),
        is_unique=len(different) == len(cells) > 0,
        values=tuple(different) if len(different) <= 40 else (),
        doubts=found.doubts,
        known=frozenset(different),
    )
