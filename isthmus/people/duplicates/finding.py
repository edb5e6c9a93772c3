"""Finding records that may be one: blocked by what they share, so that all pairs are never compared.

The rows are read in pages, brought into one form, and joined by the engine within small blocks only. A
million people take minutes; nothing is locked meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from isthmus.core import engine
from isthmus.people.duplicates import signs
from isthmus.people.models import Account, DuplicatePair, IdentityEvent, Person
from isthmus.people.models.search import ACCOUNT, PERSON

if TYPE_CHECKING:
    import duckdb

_PAGE = 20_000
_CHUNK = 1000
MOST_PAIRS = 200_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Block:
    """Records with the same `key` are compared, where not more than `most` share it; `when` must hold too."""

    sign: str
    key: str
    needs: str
    when: str = "true"
    most: int = signs.MOST_IN_A_BLOCK


_FULL = "contains(name, ' ')"  # A first name alone is shared by too many.
_SIMILAR = (
    "a.name <> b.name AND least(length(a.name), length(b.name)) >= 7 "
    "AND damerau_levenshtein(a.name, b.name) <= CASE WHEN length(a.name) < 12 THEN 1 ELSE 2 END"
)
_SISTERS = "a.domain <> b.domain"
# Namesakes of one town who work for two firms mostly are two.
_NOT_TWO_FIRMS = (
    "(a.domain = '' OR b.domain = '' OR a.domain = b.domain) "
    "AND (a.account IS NULL OR b.account IS NULL OR a.account = b.account)"
)
_NO_SISTERS = "a.label <> b.label OR a.label = ''"
PEOPLE = (
    Block("same_name_same_company", "(name, account)", f"{_FULL} AND account IS NOT NULL"),
    Block("same_name_same_company", "(name, domain)", f"{_FULL} AND domain <> ''"),
    Block("same_name_sister_domain", "(name, label)", f"{_FULL} AND label <> ''", _SISTERS),
    Block("same_local_part_sister_domain", "(local, label)", "local <> '' AND label <> ''", _SISTERS),
    Block("similar_name_same_company", "(initials, account)", f"{_FULL} AND account > 0", _SIMILAR, 200),
    Block("similar_name_same_company", "(initials, domain)", f"{_FULL} AND domain <> ''", _SIMILAR, 200),
    Block("same_name_same_phone", "(name, phone)", "name <> '' AND phone <> ''"),
    Block("same_phone", "phone", "phone <> ''", "a.name <> b.name", 6),
    Block("same_name_same_local_part", "(name, local)", f"{_FULL} AND local <> ''", _NO_SISTERS),
    Block(
        "same_name_same_city", "(name, city)", f"{_FULL} AND city <> ''", _NOT_TWO_FIRMS,
        signs.MOST_BY_NAME_AND_CITY,
    ),
)  # fmt: skip
ACCOUNTS = (
    Block("same_name_same_country", "(name, country)", "name <> '' AND country <> ''"),
    Block("same_name", "name", "name <> ''", "a.country <> b.country OR a.country = ''"),
    Block("sister_domain", "label", "label <> ''", _SISTERS, 8),
    Block(
        "similar_name_same_country", "(left(name, 4), country)", "country <> ''",
        f"{_SIMILAR} AND (a.domain = '' OR b.domain = '' OR a.label = b.label)", 200,
    ),
)  # fmt: skip


def find_duplicates(party: int, *, at: datetime, progress: Progress = lambda _done, _total: None) -> int:
    """Propose the pairs of a party anew and answer how many stand. Those told apart stay told apart."""
    blocks = PEOPLE if party == PERSON else ACCOUNTS
    cursor = engine.cursor()
    _open_tables(cursor)
    rows = _people() if party == PERSON else _accounts()
    total = (Person if party == PERSON else Account).objects.present().count() + 1
    read = 0
    for page in rows:
        _load(cursor, page)
        read += len(page)
        progress(min(read, total), 2 * total)
    for number, block in enumerate(blocks, start=1):
        _pair(cursor, block)
        progress(total + total * number // (len(blocks) + 1), 2 * total)
    if party == PERSON:
        _add_conflicts(cursor)
    _keep(party, _weighed(cursor, party), at)
    cursor.close()
    progress(2 * total, 2 * total)
    return DuplicatePair.objects.filter(party=party, different_since=None).count()


def _open_tables(cursor: "duckdb.DuckDBPyConnection") -> None:
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE compared (id BIGINT, name VARCHAR, initials VARCHAR, local VARCHAR, "
        "domain VARCHAR, label VARCHAR, phone VARCHAR, account BIGINT, city VARCHAR, country VARCHAR)"
    )
    cursor.execute("CREATE OR REPLACE TEMP TABLE pairs (one BIGINT, other BIGINT, sign VARCHAR)")


def _load(cursor: "duckdb.DuckDBPyConnection", page: list[tuple[Any, ...]]) -> None:
    import pyarrow as pa

    names = ("id", "name", "initials", "local", "domain", "label", "phone", "account", "city", "country")
    columns = dict(zip(names, zip(*page, strict=True), strict=True))
    kinds = {"id": pa.int64(), "account": pa.int64()}
    typed = {name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()}
    cursor.register("page", pa.table(typed))
    cursor.execute("INSERT INTO compared SELECT * FROM page")
    cursor.unregister("page")


def _people() -> Iterator[list[tuple[Any, ...]]]:
    columns = ("pk", "full_name", "email", "phone", "account_id", "city", "country")
    for page in _pages(Person.objects.present(), columns):
        yield [_person_row(*row) for row in page]


def _person_row(
    pk: int, full_name: str, email: str, phone: str, account: int | None, city: str, country: str
) -> tuple[Any, ...]:
    name = signs.person_name(full_name)
    local, domain, label = signs.mail_parts(email)
    return (
        pk,
        name,
        signs.name_key(name),
        signs.telling_local_part(local),
        domain,
        label,
        signs.telling_phone(phone, country) if phone else "",
        account,
        signs.folded(city),
        country,
    )


def _accounts() -> Iterator[list[tuple[Any, ...]]]:
    for page in _pages(Account.objects.present(), ("pk", "name", "domain", "country")):
        yield [
            (
                pk,
                signs.company_name(name),
                "",
                "",
                domain,
                signs.domain_label(domain),
                "",
                None,
                "",
                country,
            )
            for pk, name, domain, country in page
        ]


def _pages(rows: Any, columns: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk").values_list(*columns)[:_PAGE]):
        yield page
        last = page[-1][0]


def _pair(cursor: "duckdb.DuckDBPyConnection", block: Block) -> None:
    cursor.execute(
        f"""
        WITH keyed AS (SELECT *, {block.key} AS block FROM compared WHERE {block.needs}),
        small AS (SELECT block FROM keyed GROUP BY block HAVING count(*) BETWEEN 2 AND {block.most:d}),
        within AS (SELECT keyed.* FROM keyed SEMI JOIN small USING (block))
        INSERT INTO pairs
        SELECT a.id, b.id, '{block.sign}' FROM within AS a JOIN within AS b USING (block)
        WHERE a.id < b.id AND ({block.when})
        """  # noqa: S608 (constants of this file)
    )


def _add_conflicts(cursor: "duckdb.DuckDBPyConnection") -> None:
    """Pairs of which one row named identifiers of both; a shared telephone is no such sign."""
    events = IdentityEvent.objects.filter(act="conflict", other__isnull=False).exclude(kind="phone")
    here = events.filter(person__merged_into=None, other__merged_into=None, person__erased_at=None)
    named = here.filter(other__erased_at=None).order_by().values_list("person_id", "other_id").distinct()
    ordered = [(min(pair), max(pair)) for pair in named.iterator(chunk_size=_PAGE)]
    if ordered:
        import pyarrow as pa

        ones, others = zip(*ordered, strict=True)
        cursor.register("named", pa.table({"one": ones, "other": others}))
        cursor.execute("INSERT INTO pairs SELECT one, other, 'one_row_named_both' FROM named")
        cursor.unregister("named")


def _weighed(cursor: "duckdb.DuckDBPyConnection", party: int) -> Iterator[tuple[int, int, list[str], int]]:
    """Each pair with its signs and score, where that is worth somebody's look."""
    weights = signs.PERSON_SIGNS if party == PERSON else signs.ACCOUNT_SIGNS
    cursor.execute("SELECT one, other, list_sort(list(DISTINCT sign)) FROM pairs GROUP BY one, other")
    while rows := cursor.fetchmany(_PAGE):
        for one, other, found in rows:
            score = signs.score_of(found, weights)
            if score >= 100 * signs.LEAST:
                yield one, other, found, score


def _keep(party: int, pairs: Iterable[tuple[int, int, list[str], int]], at: datetime) -> None:
    likeliest = sorted(pairs, key=lambda pair: -pair[3])[:MOST_PAIRS]
    for start in range(0, len(likeliest), _CHUNK):
        DuplicatePair.objects.bulk_create(
            [
                DuplicatePair(party=party, one_id=one, other_id=other, signs=found, score=score, found_at=at)
                for one, other, found, score in likeliest[start : start + _CHUNK]
            ],
            update_conflicts=True,
            unique_fields=["party", "one_id", "other_id"],
            update_fields=["score", "signs", "found_at"],
        )
    DuplicatePair.objects.filter(party=party, different_since=None, found_at__lt=at).delete()


__all__ = ["ACCOUNT", "PERSON", "find_duplicates"]
