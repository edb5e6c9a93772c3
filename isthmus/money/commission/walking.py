"""Commission from money that came and went: one walk through the events in the order of time. Pure.

A payment is credited to the seller whose fact it is, or to those among whom the deal was split, and earns
what their plan says. Money given back is taken from those who were credited with it, each in proportion to
what they still hold of that order line, so that a full refund leaves nothing. What a locked period paid stays
as it is: what is learned later of it (a payment dated back, one taken away) stands in the open period.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from isthmus.core.money import split_micros
from isthmus.money.commission.terms import Piece, Terms, pieces, worth
from isthmus.sales.targets.splitting import split_in_units

Shares = Mapping[int, Decimal]
NOBODY = 0  # the number of no seller: payments that belong to nobody stand in its pool


@dataclass(frozen=True)
class Money:
    """A payment (above zero) or a refund (below) of one order line; `on` is its day in the company's zone."""

    key: str
    at: datetime
    on: date
    place: tuple[str, str]  # order and line
    amount: int
    owner: int | None = None
    deal: int | None = None
    product: int | None = None
    family: str = ""


@dataclass(frozen=True)
class Split:
    """From now on a deal's money is credited to these sellers, and what was paid of it too."""

    key: str
    at: datetime
    on: date
    deal: int
    shares: Shares


@dataclass(frozen=True)
class Line:
    """One line of a statement. `credited` is the money that counts, `commission` what it earns.

    `kind`: earned; clawed_back (money went back); recredited (split anew); corrected (learned after a lock).
    """

    seller: int
    first: date
    after_last: date
    key: str
    kind: str
    at: datetime
    on: date
    place: tuple[str, str]
    deal: int | None
    product: int | None
    credited: int
    commission: int
    share: Decimal = Decimal(1)
    parts: tuple[Piece, ...] = ()
    capped: bool = False


@dataclass
class _Pool:
    """What one seller holds of one order line."""

    net: int = 0
    kept: int = 0
    fresh: int = 0  # of `kept`, earned in the period that began on `since`
    since: date | None = None


@dataclass
class _Standing:
    """One seller's period so far: what counts for the quota, and what counts for the cap."""

    credited: int = 0
    earned: int = 0


@dataclass
class Walk:
    """`terms` gives what holds for a seller on a day; `locks` each seller's locked periods, rising."""

    terms: Callable[[int, date], Terms]
    unit: int
    locks: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    locked: Iterable[Line] = ()
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pools: dict[tuple[str, str], dict[int, _Pool]] = {}
        self._periods: dict[tuple[int, date], _Standing] = {}
        self._shares: dict[int, Shares] = {}
        self._of_deal: dict[int, dict[tuple[str, str], Money]] = {}
        self._locked: dict[str, dict[int, list[Line]]] = {}
        self._gone: set[str] = set()
        for line in self.locked:
            self._locked.setdefault(line.key, {}).setdefault(line.seller, []).append(line)

    def through(self, events: Iterable[Money | Split]) -> list[Line]:
        """The lines of all open periods, in the order of time."""
        events = list(events)
        self.begin(events)
        self.on(events)
        return self.lines

    def begin(self, events: Iterable[Money | Split]) -> None:
        """Take away what locks paid for and what is not among all the events there are."""
        self._take_away_what_is_gone({event.key for event in events if isinstance(event, Money)})

    def on(self, events: Iterable[Money | Split]) -> bool:
        """Walk through events that are later than all before; false, and no step, where one had been gone."""
        ordered = sorted(events, key=lambda event: (event.at, isinstance(event, Split), event.key))
        if any(event.key in self._gone for event in ordered):
            return False
        for event in ordered:
            if isinstance(event, Split):
                self._split(event)
            elif event.amount > 0:
                self._paid(event)
            else:
                self._given_back(event)
        return True

    def held(self, place: tuple[str, str]) -> dict[int, int]:
        """Who is credited with how much of an order line, after the walk."""
        return {seller: pool.net for seller, pool in self._pools.get(place, {}).items() if pool.net}

    def _paid(self, event: Money) -> None:
        shares = self._shares.get(event.deal or 0) or {event.owner or NOBODY: Decimal(1)}
        sellers = list(shares)
        parts = split_in_units(event.amount, [shares[seller] for seller in sellers], self.unit)
        if event.deal is not None:
            self._of_deal.setdefault(event.deal, {})[event.place] = event
        self._credit(event, event.key, dict(zip(sellers, parts, strict=True)), shares, "clawed_back")

    def _given_back(self, event: Money) -> None:
        held = {seller: pool.net for seller, pool in self._pools.get(event.place, {}).items() if pool.net > 0}
        back = min(-event.amount, sum(held.values()))
        parts = split_micros(back, list(held.values())) if back else []
        taken = {seller: -part for seller, part in zip(held, parts, strict=False)}
        whole = sum(held.values()) or 1
        shares = {seller: Decimal(net) / whole for seller, net in held.items()}
        self._credit(event, event.key, taken, shares, "clawed_back")

    def _split(self, event: Split) -> None:
        self._shares[event.deal] = event.shares
        for place, paid in self._of_deal.get(event.deal, {}).items():
            held = {seller: pool.net for seller, pool in self._pools.get(place, {}).items()}
            sellers = list(event.shares)
            parts = split_in_units(
                sum(held.values()), [event.shares[seller] for seller in sellers], self.unit
            )
            wanted = dict(zip(sellers, parts, strict=True))
            moved = {one: wanted.get(one, 0) - held.get(one, 0) for one in {**held, **wanted}}
            dated = Money(event.key, event.at, event.on, place, 0, None, paid.deal, paid.product, paid.family)
            key = f"{event.key}:{place[0]}:{place[1]}"
            self._credit(dated, key, moved, event.shares, "recredited")

    def _credit(
        self, event: Money, key: str, credits: Mapping[int, int], shares: Shares, losing: str
    ) -> None:
        """Credit an event, those who lose first. What a lock has of it already is only put into the pools."""
        locked = self._locked.get(key, {})
        rest: dict[int, tuple[int, bool]] = {}
        for seller in {**credits, **locked}:
            known = locked.get(seller, [])
            for line in known:
                self._put(event.place, seller, line.credited, line.commission)
            rest[seller] = (credits.get(seller, 0) - sum(line.credited for line in known), bool(known))
        for seller, (amount, again) in sorted(rest.items(), key=lambda one: (one[1][0], one[0])):
            terms, late = self._terms(seller, event.on)
            if not amount:
                continue
            share, kind = shares.get(seller, Decimal(0)), "corrected" if late or again else ""
            if amount > 0:
                self._earn(event, key, seller, amount, share, terms, kind)
            else:
                always = again or losing != "clawed_back"
                self._claw(event, key, seller, -amount, share, terms, kind or losing, always)

    def _earn(
        self, event: Money, key: str, seller: int, amount: int, share: Decimal, terms: Terms, kind: str
    ) -> None:
        standing = self._standing(seller, terms)
        rate = terms.rules.rate_for(event.product, event.family)
        parts = pieces(terms, standing.credited, amount, rate)
        commission = worth(parts, self.unit)
        room = commission if terms.rules.cap is None else max(terms.rules.cap - standing.earned, 0)
        standing.credited += amount
        standing.earned += min(commission, room)
        pool = self._put(event.place, seller, amount, min(commission, room))
        if pool.since != terms.first:
            pool.fresh, pool.since = 0, terms.first
        pool.fresh += min(commission, room)
        if terms.planned:
            kind = kind or ("earned" if key == event.key else "recredited")
            line = self._line(event, key, seller, terms, kind)
            self.lines.append(
                _with(line, amount, min(commission, room), share, tuple(parts), commission > room)
            )

    def _claw(
        self,
        event: Money,
        key: str,
        seller: int,
        amount: int,
        share: Decimal,
        terms: Terms,
        kind: str,
        always: bool,
    ) -> None:
        pool = self._pools.setdefault(event.place, {}).setdefault(seller, _Pool())
        back = 0
        if terms.rules.clawback or always:
            back = self._part(pool.kept, amount, pool.net)
        standing = self._standing(seller, terms)
        standing.credited -= amount
        # What this period earned goes first: room under its cap opens again by no more than that.
        own = min(back, pool.fresh) if pool.since == terms.first else 0
        standing.earned -= own
        pool.fresh -= own
        pool.net -= amount
        pool.kept -= back
        if terms.planned or back:
            line = self._line(event, key, seller, terms, kind)
            self.lines.append(_with(line, -amount, -back, share, (), False))

    def _part(self, kept: int, amount: int, net: int) -> int:
        """What is taken back of a commission when part of the money goes; all of it with the last of it."""
        if amount >= net:
            return kept
        exact = Decimal(kept) * amount / net / self.unit
        return int(exact.to_integral_value(ROUND_HALF_UP)) * self.unit

    def _take_away_what_is_gone(self, keys: set[str]) -> None:
        """Payments that a lock paid for and that the ledger does not count any more."""
        for key, by_seller in self._locked.items():
            if key in keys or key.startswith("split:"):
                continue
            self._gone.add(key)
            for seller, known in by_seller.items():
                credited, paid = sum(line.credited for line in known), sum(line.commission for line in known)
                if not credited and not paid:
                    continue
                last = known[-1]
                terms, _late = self._terms(seller, last.on)
                self._standing(seller, terms).credited -= credited
                event = Money(key, last.at, last.on, last.place, 0, seller, last.deal, last.product)
                line = self._line(event, key, seller, terms, "corrected")
                self.lines.append(_with(line, -credited, -paid, last.share, (), False))

    def _terms(self, seller: int, on: date) -> tuple[Terms, bool]:
        """What holds on a day; where that is locked, on the first open one after it."""
        late = False
        for first, after_last in self.locks.get(seller, ()):
            if first <= on < after_last:
                on, late = after_last, True
        return self.terms(seller, on), late

    def _standing(self, seller: int, terms: Terms) -> _Standing:
        return self._periods.setdefault((seller, terms.first), _Standing())

    def _put(self, place: tuple[str, str], seller: int, credited: int, commission: int) -> _Pool:
        pool = self._pools.setdefault(place, {}).setdefault(seller, _Pool())
        pool.net += credited
        pool.kept += commission
        return pool

    def _line(self, event: Money, key: str, seller: int, terms: Terms, kind: str) -> Line:
        return Line(
            seller, terms.first, terms.after_last, key, kind, event.at, event.on, event.place, event.deal,
            event.product, 0, 0,
        )  # fmt: skip


def _with(
    line: Line, credited: int, commission: int, share: Decimal, parts: tuple[Piece, ...], capped: bool
) -> Line:
    return replace(line, credited=credited, commission=commission, share=share, parts=parts, capped=capped)
