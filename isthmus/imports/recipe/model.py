"""A recipe as read and checked: which files, what a row of them is, which columns make which fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Format:
    """How the values of a file are written."""

    kind: str = ""  # csv, tsv, xlsx, parquet; empty: told by the file's name
    separator: str = ""  # empty: found by looking
    sheet: str = ""  # of a workbook; empty: the first that is not empty
    encoding: str = ""  # empty: found by looking
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ()  # strptime patterns, tried in order; none: ISO 8601
    zone: str = ""  # of times without one; empty: the company's
    empty: tuple[str, ...] = ()  # words that stand for "nothing"
    currency: str = ""  # of amounts without one; empty: the base currency


@dataclass(frozen=True)
class Input:
    """One file of the recipe by its name there."""

    name: str
    files: tuple[str, ...]  # patterns of the file's name, the best first; none: by position
    format: Format
    columns: tuple[str, ...] = ()  # for files without a header
    optional: bool = False  # without it its sections are left out


@dataclass(frozen=True)
class Join:
    """Another input whose row of the same key lends its columns."""

    input: str
    on: tuple[tuple[str, str], ...]  # (column of the rows so far, column of the joined input)
    take: str = ""  # first, last; empty: a repeated key is refused


@dataclass(frozen=True)
class NewField:
    """A custom field to make when the company has none of that key."""

    type: str
    kind: str
    label: str


@dataclass(frozen=True)
class Expression:
    """How the value of one field is found in a row."""

    where: str
    columns: tuple[str, ...] = ()  # the first that is not empty
    text: str = ""  # a template like "Lead {mql_id:8}"
    value: Any = None  # a constant
    mapped: Mapping[str, str] = field(default_factory=dict)
    others: str = "keep"  # what becomes of values that `mapped` does not name: keep, empty, refuse
    default: str = ""
    format: str = ""
    scale: Decimal | None = None
    until: str = ""  # of a cell with several values, what stands before the first of these marks
    optional: bool = False  # left out when the file has none of its columns
    # Of a deal's opening that no cell tells: "import", it is first known of by the import; of its amount:
    # "list_price", it is what its product costs.
    missing: str = ""
    # Of references to other records:
    match: str = "key"
    namespace: str = ""
    create: bool = False
    unknown: str = "refuse"  # what becomes of a row whose reference is not here: refuse, empty
    needed: bool = True  # of a deal's customer: whether a deal without one is refused
    invite: Mapping[str, str] = field(default_factory=dict)  # of users: address -> the role to invite them as
    extras: Mapping[str, "Expression"] = field(default_factory=dict)  # fields of what is created
    # Of custom fields:
    new_field: NewField | None = None


@dataclass(frozen=True)
class Except:
    """A condition on a column: none of these values; an empty cell is none of them."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """What each row of an input (with what is joined to it) brings in."""

    number: int
    what: str
    input: str
    joins: tuple[Join, ...]
    where: Mapping[str, tuple[str, ...] | bool | Except]  # True: not empty; False: empty; else one of these
    key: tuple[str, ...]
    key_namespace: str
    fields: Mapping[str, Expression]
    custom: Mapping[str, Mapping[str, Expression]]  # "custom", "person_custom", … -> key -> expression
    format: Format

    @property
    def title(self) -> str:
        """How sentences and progress name it."""
        return f"{self.what} ({self.input})"


@dataclass(frozen=True)
class PipelineGiven:
    """The pipeline for the recipe's deals, made when there is none of this name."""

    name: str
    stages: tuple[str, ...]


@dataclass(frozen=True)
class CompanyGiven:
    """What to set of the company while nothing has happened in it yet."""

    name: str
    base_currency: str
    time_zone: str


@dataclass(frozen=True)
class Recipe:
    """The whole recipe. `sha256` is of its text: another text is another import."""

    name: str
    namespace: str
    inputs: Mapping[str, Input]
    rows: tuple[Rows, ...]  # in the order in which they are brought in
    text: str
    sha256: str
    company: CompanyGiven | None = None
    pipeline: PipelineGiven | None = None
    automations: tuple[str, ...] = ()  # what it sets off where nobody says otherwise; none where empty
    notes: tuple[str, ...] = ()  # what it takes for granted, said to whoever imports by it
