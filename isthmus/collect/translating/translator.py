"""Received batches as facts of a unit: called by the sealer (`ledger.collected`)."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from isthmus.collect import reasons
from isthmus.collect.agents import known_agents
from isthmus.collect.campaigns import campaigns_named
from isthmus.collect.channels import current_rules
from isthmus.collect.forgetting.batches import without
from isthmus.collect.forgetting.erasing import erased_theirs
from isthmus.collect.models import DeclaredProperty, Source
from isthmus.collect.translating.identity import Statements, group_of, key_of, said_by, typed_as_traits
from isthmus.collect.translating.ids import fact_id, usable
from isthmus.collect.translating.meaning import Meaning, UnusableError, meaning_of
from isthmus.collect.translating.reading import Read, Unread, read_batch
from isthmus.collect.translating.rows import Rows
from isthmus.collect.translating.settling import Settling
from isthmus.collect.translating.times import TimeError, occurred_us
from isthmus.core.clock import from_us
from isthmus.ledger import seal_texts, visitor_subjects
from isthmus.ledger.collected import Translated
from isthmus.ledger.segments.frames import Batch

_log = logging.getLogger("isthmus.collect")
_encode = msgspec.json.Encoder(order="deterministic").encode


def translate(batches: Sequence[Batch], *, unit: int) -> Translated:
    """The batches as facts, and what else they bring about."""
    reading = _Reading()
    for batch in batches:
        reading.add(batch)
    rows, statements = reading.rows, reading.statements
    at = from_us(max(batch.received_us for batch in batches))
    subjects = visitor_subjects({*rows.keys, *statements.keys()})
    agents = known_agents({agent for agent in set(rows.agents) if agent is not None}, at)
    campaigns = campaigns_named(rows.values("utm_campaign"))
    reading.seal_typed(subjects)
    facts = rows.table(unit=unit, subjects=subjects, agents=agents, campaigns=campaigns)
    settling = Settling(unit, facts, subjects, statements, reading.unread, reading.told, at)
    return Translated(facts, settling.settle)


def unread_of(batches: Sequence[Batch]) -> list[tuple[Batch, Unread]]:
    """What of these batches could not become facts, and why not: nothing is kept of them."""
    reading = _Reading()
    for batch in batches:
        reading.add(batch)
    return reading.unread


class _Reading:
    """Gathers what batches say."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.statements = Statements()
        self.unread: list[tuple[Batch, Unread]] = []
        self.told: dict[tuple[int, int], Counter[str]] = {}  # by source and day since 1970
        self._typed: list[tuple[int, Mapping[str, str]]] = []
        self._rules = current_rules()
        self._declared = _declared_properties()
        self._erased = erased_theirs()
        self._servers = set(Source.objects.filter(kind=Source.Kind.SERVER).values_list("pk", flat=True))

    def add(self, batch: Batch) -> None:
        """Read one batch, without what was erased; what cannot be read is put aside, event by event."""
        kept = without(batch, self._erased) if self._erased else batch
        if kept is None:
            return
        batch = kept
        told = self.told.setdefault((batch.source, batch.received_us // 86_400_000_000), Counter())
        told["acknowledged"] += batch.count
        read = _events(batch)
        if not batch.count:  # Put into a segment again after a repair: acknowledged long ago.
            told["replayed"] += len(read)
        elif len(read) < batch.count:  # The call as a whole is one row of quarantine, but so many events.
            told["quarantined"] += batch.count - len(read)
        for one in read:
            if isinstance(one, Unread):
                self.unread.append((batch, one))
                continue
            try:
                self._event(batch, one)
            except UnusableError as why:
                self._put_aside(batch, one, why.reason, why.detail)
            except TimeError as why:
                self._put_aside(batch, one, reasons.BAD_TIME, str(why))
            except Exception:
                # One event must not hold up all others: it is kept, and told of.
                _log.exception("An event could not be translated.")
                self._put_aside(batch, one, reasons.DEFECT, "")

    def seal_typed(self, subjects: Mapping[str, int]) -> None:
        """Put what people typed into their facts, sealed under the visitor's own key."""
        texts = [
            (subjects[self.rows.keys[row]], text) for row, typed in self._typed for text in typed.values()
        ]
        tokens = iter(seal_texts(texts) if texts else [])
        for row, typed in self._typed:
            props = self.rows.value(row, "props")
            plain = msgspec.json.decode(props) if props else {}
            told = {**plain, "sealed": {name: next(tokens) for name in typed}}
            self.rows.props[row] = _encode(told).decode()

    def _event(self, batch: Batch, read: Read) -> None:
        event = read.event
        key, user, anonymous = key_of(event, batch.visitor)
        if not key:
            raise UnusableError(reasons.NO_IDENTITY)
        meaning = meaning_of(event, self._rules, self._declared)
        happened = event.original_timestamp or event.timestamp
        at = occurred_us(happened, event.sent_at or read.sent_at, batch.received_us)
        # Told twice in the same words is told once, unless no time and no id of its own keep them apart.
        moment = "" if happened else f"{batch.received_us}.{read.place}."
        identifier = fact_id(batch.source, event.message_id, read.raw, moment)
        row = len(self.rows)
        self.rows.add(key, self._agent(batch, read), self._values(batch, read, meaning, identifier, at))
        typed = (
            {**typed_as_traits(event), **(meaning.sealed or {})} if meaning.kind == "form.submitted" else {}
        )
        if typed:
            self._typed.append((row, typed))
        self._identity(read, row, key, user, anonymous, meaning.kind)

    def _values(
        self, batch: Batch, read: Read, meaning: Meaning, identifier: bytes, at: int
    ) -> tuple[Any, ...]:
        """In the order of `rows._FILLED`."""
        locale = read.event.context.locale if read.event.context else None
        source, medium, campaign, term, content = meaning.utm
        return (
            identifier,
            meaning.kind,
            at,
            batch.received_us,
            meaning.landing_page,
            meaning.channel,
            source,
            "system" if batch.source in self._servers else "person",
            locale[:12] if locale else None,
            meaning.amount,
            meaning.currency,
            meaning.quantity,
            _encode(meaning.props).decode() if meaning.props else None,
            batch.source,
            meaning.event,
            meaning.host,
            meaning.path,
            meaning.referrer,
            medium,
            campaign,
            term,
            content,
            meaning.click_id,
        )

    def _agent(self, batch: Batch, read: Read) -> str | None:
        """The program behind the event, "" where it told no name; of a server, what it says of others'."""
        if batch.source in self._servers:
            said = read.event.context.user_agent if read.event.context else None
            return said or None
        return batch.agent

    def _identity(self, read: Read, row: int, key: str, user: str, anonymous: str, kind: str) -> None:
        event, said = read.event, self.statements
        if user and anonymous:
            said.join(row, anonymous, user)
        if kind in ("visitor.identified", "form.submitted"):
            said.said.append(said_by(event, row, key))
        elif kind == "visitor.grouped":
            said.said.append(group_of(event, row, key))
        elif kind == "visitor.aliased" and (former := usable("anonymous_id", event.previous_id)):
            said.join(row, f"a:{former}", key)
            said.join(row, f"u:{former}", key)

    def _put_aside(self, batch: Batch, read: Read, reason: str, detail: str) -> None:
        name = read.event.event or read.event.name or read.event.type or ""
        self.unread.append((batch, Unread(bytes(read.raw), reason, detail[:300], name[:200])))


def _events(batch: Batch) -> list[Read | Unread]:
    try:
        return list(read_batch(batch))
    except Exception:
        _log.exception("A call could not be read.")  # It must not hold up all others: it is kept whole.
        return [Unread(batch.body, reasons.DEFECT)]


def _declared_properties() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for event, name in DeclaredProperty.objects.values_list("event", "name"):
        found.setdefault(event, set()).add(name)
    return {event: frozenset(names) for event, names in found.items()}
