"""One person's, account's, lead's or deal's facts, newest first, a page at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from isthmus.ledger.keys import open_texts
from isthmus.ledger.manifest import CurrentFile
from isthmus.ledger.reading import snapshot
from isthmus.ledger.timeline_rows import Column, Place, Wanted, newest

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "Column",
    "PastFact",
    "Place",
    "facts_for_subjects",
    "facts_received_since",
    "facts_where",
    "open_sealed",
]

_PAGE = 2_000
_EVER = -(2**63)
# Most pages are filled from the newest months; the others are not opened then. Where the engine looks, each
# step is a question that it plans; in copies by subject a file more or less is all the same.
_FIRST_FILES, _FIRST_COPIES = 4, 1


class PastFact(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A fact as it was recorded. `subject` is the one it was written for, whoever stands for it now."""

    id: bytes
    kind: str
    occurred_us: int
    received_us: int
    unit: int
    stream_id: str | None
    subject: int | None
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    order_id: int | None
    campaign_id: int | None
    content_id: int | None
    product_id: int | None
    landing_page: str | None
    channel: str | None
    utm_source: str | None
    owner: int | None
    team: int | None
    territory: int | None
    actor_kind: str
    actor_id: int | None
    region: str | None
    locale: str | None
    amount: int | None
    amount_base: int | None
    currency: str | None
    quantity: int | None
    natural_key: str | None
    revision: int
    batch: str | None
    schema_version: int
    props: str | None
    source_id: int | None
    event: str | None
    host: str | None
    path: str | None
    referrer: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    click_id: str | None
    agent: int | None

    @property
    def at(self) -> "datetime":
        """When it happened, in UTC."""
        from isthmus.core.clock import from_us

        return from_us(self.occurred_us)

    @property
    def place(self) -> Place:
        """Where it stands in a timeline."""
        return Place(self.occurred_us, self.id)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The analytic properties."""
        return {name: value for name, value in self._props.items() if name != "sealed"}

    @cached_property
    def sealed(self) -> dict[str, str]:
        """The sealed texts, still as tokens: `open_sealed` reads them."""
        tokens: dict[str, str] = self._props.get("sealed", {})
        return tokens

    @cached_property
    def _props(self) -> dict[str, Any]:
        decoded: dict[str, Any] = msgspec.json.decode(self.props) if self.props else {}
        return decoded


def facts_for_subjects(
    subjects: Sequence[int],
    *,
    before: Place | None = None,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
) -> list[PastFact]:
    """The facts of subjects, and of all that were merged into them, newest first."""
    return facts_where("subject", subjects, before=before, limit=limit, kinds=kinds)


def facts_where(
    column: Column,
    ids: Sequence[int],
    *,
    before: Place | None = None,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
    subjects: Sequence[int] | None = None,
    received_us: int | None = None,
    occurred_us: int | None = None,
) -> list[PastFact]:
    """The facts with one of these numbers in a column, newest first.

    Give the `subjects` that such facts can have: theirs are found without a look at all the others.
    `received_us`, `occurred_us`: only those that were received, or happened, then or later.
    """
    if not ids:
        return []
    oldest = _EVER if occurred_us is None else occurred_us
    with snapshot() as ledger:
        if column == "subject":
            ids = subjects = _everyone(ledger.source.survivors, ids)
        elif subjects is not None:
            subjects = _everyone(ledger.source.survivors, subjects)
        if column == "account_id":
            ids = _everyone(ledger.source.accounts, ids)
        wanted = Wanted(column, ids, subjects, before, kinds, received_us)
        found: list[PastFact] = []
        first = _FIRST_FILES if wanted.few_subjects is None else _FIRST_COPIES
        since = [file for file in ledger.source.files if oldest <= file.max_occurred_us]
        for files, inbox, rest_us in _stages(since, before, first):
            found += [PastFact(**row) for row in newest(ledger, files, inbox, wanted, limit)]
            found.sort(key=lambda fact: fact.place, reverse=True)
            if len(found) >= limit and (rest_us is None or found[limit - 1].occurred_us > rest_us):
                break
        return [fact for fact in found[:limit] if oldest <= fact.occurred_us]


def facts_received_since(column: Column, ids: Sequence[int], received_us: int) -> Iterator[PastFact]:
    """All facts with one of these numbers in a column received since then, a page in memory at a time."""
    before: Place | None = None
    while page := facts_where(column, ids, before=before, limit=_PAGE, received_us=received_us):
        yield from page
        before = page[-1].place


def open_sealed(facts: Iterable[PastFact]) -> list[dict[str, str | None]]:
    """The sealed texts of facts, in their order; None for text of an erased person. One query for all."""
    listed = list(facts)
    tokens = [
        (fact.subject, token) for fact in listed for token in fact.sealed.values() if fact.subject is not None
    ]
    texts = iter(open_texts(tokens) if tokens else [])
    return [{name: next(texts) for name in fact.sealed} for fact in listed]


def _everyone(into: Mapping[int, int], subjects: Sequence[int]) -> list[int]:
    """Subjects (or accounts) with all that count as the same ones."""
    wanted = {into.get(subject, subject) for subject in subjects}
    return sorted(wanted | {loser for loser, survivor in into.items() if survivor in wanted})


def _stages(
    files: Sequence[CurrentFile], before: Place | None, first: int
) -> Iterator[tuple[Sequence[CurrentFile], bool, int | None]]:
    """Files to look into step by step, newest first; whether the inbox too; and how new later ones can be."""
    newest = sorted(
        (file for file in files if before is None or file.min_occurred_us <= before.occurred_us),
        key=lambda file: file.max_occurred_us,
        reverse=True,
    )
    start, count = 0, first
    while start < len(newest) or start == 0:
        end = start + count
        yield newest[start:end], start == 0, newest[end].max_occurred_us if end < len(newest) else None
        start, count = end, count * 2
