"""Commission as pure rules: worked by hand, and whatever comes and goes, sums reconcile to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.money.commission.terms import Rules, Terms, pieces, worth
from isthmus.money.commission.walking import Money, Split, Walk
from isthmus.sales.targets.periods import Period

CENT = 10_000
EURO = 1_000_000
RITA, JOHAN = 1, 2
D = Decimal


def on(day):
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def paid(key, day, amount, **more):
    more.setdefault("owner", RITA)
    place = more.pop("place", ("order:1", "1"))
    return Money(key, on(day), on(day).date(), place, amount * EURO, **more)


def walk(events, rules=None, quota=None, **more):
    rules = rules or {}

    def terms(seller, day):
        period = Period.containing("quarter", day)
        its = rules.get(seller) if isinstance(rules, dict) else rules
        its = its or Rules(rate=D("0.1"))
        return Terms(period.first, period.after_last, its, quota, planned=seller != 0)

    walk = Walk(terms, CENT, **more)
    return walk.through(events), walk


def total(lines, seller=None):
    return sum(line.commission for line in lines if seller in (None, line.seller)) / EURO


class TestByHand:
    def test_a_rate_on_what_was_paid(self):
        lines, _walk = walk([paid("a", 0, 1000)])

        assert total(lines) == 100
        assert lines[0].kind == "earned"

    def test_only_the_part_above_the_quota_is_accelerated(self):
        rules = Rules(rate=D("0.1"), accelerators=((D(1), D("1.5")), (D("1.5"), D(2))))
        lines, _walk = walk([paid("a", 0, 900), paid("b", 1, 800)], {RITA: rules}, quota=1000 * EURO)

        # 900 at 10 %; then 100 at 10 %, 500 at 15 %, 200 at 20 %.
        assert [line.commission / EURO for line in lines] == [90, 10 + 75 + 40]
        assert [(part.amount / EURO, part.times) for part in lines[1].parts] == [
            (100, 1),
            (500, D("1.5")),
            (200, 2),
        ]

    def test_without_a_quota_there_are_no_tiers(self):
        rules = Rules(rate=D("0.1"), accelerators=((D(1), D(3)),))

        assert pieces(Terms(date(2026, 1, 1), date(2026, 4, 1), rules), 0, 100, D("0.1"))[0].times == 1

    def test_a_product_has_its_own_rate_and_goes_before_its_family(self):
        rules = Rules(rate=D("0.1"), products={7: D("0.02")}, families={"Water": D("0.05")})
        events = [
            paid("a", 0, 100, product=7, family="Water"),
            paid("b", 0, 100, product=8, family="Water", place=("order:2", "1")),
            paid("c", 0, 100, place=("order:3", "1")),
        ]
        lines, _walk = walk(events, {RITA: rules})

        assert [line.commission / EURO for line in lines] == [2, 5, 10]

    def test_a_cap_holds_in_its_period_and_opens_with_the_next(self):
        lines, _walk = walk(
            [paid("a", 0, 1000), paid("b", 1, 1000), paid("c", 95, 1000)],
            {RITA: Rules(rate=D("0.1"), cap=150 * EURO)},
        )

        assert [line.commission / EURO for line in lines] == [100, 50, 100]
        assert [line.capped for line in lines] == [False, True, False]

    def test_a_deal_is_split_and_each_part_earns_by_its_own_plan(self):
        split = Split("split:1", on(0), on(0).date(), 5, {RITA: D("0.7"), JOHAN: D("0.3")})
        lines, _walk = walk([split, paid("a", 1, 1000, deal=5)], {JOHAN: Rules(rate=D("0.2"))})

        assert (total(lines, RITA), total(lines, JOHAN)) == (70, 60)

    def test_a_split_afterwards_takes_from_the_one_and_gives_to_the_other(self):
        split = Split("split:1", on(10), on(10).date(), 5, {RITA: D("0.5"), JOHAN: D("0.5")})
        lines, _walk = walk([paid("a", 0, 1000, deal=5), split])

        assert [(line.seller, line.kind, line.commission / EURO) for line in lines] == [
            (RITA, "earned", 100),
            (RITA, "recredited", -50),
            (JOHAN, "recredited", 50),
        ]

    def test_a_part_given_back_takes_its_part_of_the_commission(self):
        lines, _walk = walk([paid("a", 0, 1000), paid("r", 200, -250)])

        assert [line.commission / EURO for line in lines] == [100, -25]
        assert lines[1].kind == "clawed_back"

    def test_money_given_back_is_taken_from_who_earned_it_whoever_owns_the_order_now(self):
        lines, _walk = walk([paid("a", 0, 1000, owner=RITA), paid("r", 1, -1000, owner=JOHAN)])

        assert (total(lines, RITA), total(lines, JOHAN)) == (0, 0)

    def test_a_plan_without_clawback_keeps_what_was_earned(self):
        rules = Rules(rate=D("0.1"), clawback=False)
        lines, _walk = walk([paid("a", 0, 1000), paid("r", 1, -1000)], {RITA: rules})

        assert total(lines) == 100

    def test_half_a_cent_is_rounded_up(self):
        terms = Terms(date(2026, 1, 1), date(2026, 4, 1), Rules(rate=D("0.1")))

        assert worth(pieces(terms, 0, 50_000, D("0.1")), CENT) == CENT
        assert worth(pieces(terms, 0, 49_999, D("0.1")), CENT) == 0


class TestLocks:
    Q1 = (date(2026, 1, 1), date(2026, 4, 1))

    def locked_first_quarter(self, events):
        lines, _walk = walk(events)
        return [line for line in lines if line.first == self.Q1[0]]

    def test_a_refund_after_the_lock_stands_in_the_open_period(self):
        first = [paid("a", 0, 1000)]
        kept = self.locked_first_quarter(first)
        lines, _walk = walk([*first, paid("r", 100, -1000)], locks={RITA: [self.Q1]}, locked=kept)

        (line,) = lines
        assert (line.first, line.commission / EURO) == (date(2026, 4, 1), -100)
        assert total(kept) + total(lines) == 0

    def test_a_payment_dated_back_behind_the_lock_is_corrected_in_the_open_period(self):
        first = [paid("a", 0, 1000)]
        kept = self.locked_first_quarter(first)
        late = paid("b", 5, 500, place=("order:2", "1"))
        lines, _walk = walk([*first, late], locks={RITA: [self.Q1]}, locked=kept)

        (line,) = lines
        assert (line.kind, line.first, line.commission / EURO) == ("corrected", date(2026, 4, 1), 50)

    def test_a_payment_that_the_ledger_took_back_is_taken_back(self):
        kept = self.locked_first_quarter([paid("a", 0, 1000)])
        lines, _walk = walk([], locks={RITA: [self.Q1]}, locked=kept)

        (line,) = lines
        assert (line.kind, line.credited / EURO, line.commission / EURO) == ("corrected", -1000, -100)

    def test_another_rate_afterwards_changes_nothing_that_is_locked(self):
        first = [paid("a", 0, 1000)]
        kept = self.locked_first_quarter(first)
        lines, _walk = walk(first, {RITA: Rules(rate=D("0.5"))}, locks={RITA: [self.Q1]}, locked=kept)

        assert lines == []


SELLERS = st.sampled_from([RITA, JOHAN, 3])
RATES = st.sampled_from([D(0), D("0.035"), D("0.08"), D("0.1")])
RULES = st.builds(
    Rules,
    rate=RATES,
    accelerators=st.sampled_from([(), ((D("0.5"), D("1.25")),), ((D(1), D("1.5")), (D(2), D(2)))]),
    products=st.dictionaries(st.sampled_from([7, 8]), RATES, max_size=2),
    families=st.dictionaries(st.sampled_from(["Water"]), RATES, max_size=1),
    cap=st.one_of(st.none(), st.integers(0, 400).map(lambda euro: euro * EURO)),
)


@st.composite
def histories(draw):
    """Orders of some lines, paid in parts, given back in parts, their deals split: in any order of time."""
    events = []
    for order in range(draw(st.integers(1, 4))):
        owner = draw(SELLERS)
        deal = draw(st.sampled_from([None, order + 1]))
        line = {
            "place": (f"order:{order}", "1"),
            "deal": deal,
            "product": draw(st.sampled_from([None, 7, 8])),
            "family": draw(st.sampled_from(["", "Water"])),
        }
        day, net = draw(st.integers(0, 80)), 0
        for number in range(draw(st.integers(1, 5))):
            day += draw(st.integers(0, 60))
            back = net > 0 and draw(st.booleans())
            amount = draw(st.integers(1, net)) if back else draw(st.integers(1, 500_000)) * CENT
            net += -amount if back else amount
            money = paid(f"p{order}-{number}", day, 0, owner=owner, **line)
            events.append(replace(money, amount=-amount if back else amount))
        if deal is not None and draw(st.booleans()):
            share = draw(st.sampled_from([D("0.5"), D("0.333"), D("0.9")]))
            when = on(draw(st.integers(0, 300)))
            shares = {draw(st.just(RITA)): share, JOHAN: 1 - share}
            events.append(Split(f"split:{order}", when, when.date(), deal, shares))
    return events


def nets(events):
    found = {}
    for event in events:
        if isinstance(event, Money):
            found[event.place] = found.get(event.place, 0) + event.amount
    return found


def check(events, lines, walked, rules):
    """What must be true of all lines together, locked and open."""
    for place, net in nets(events).items():
        assert sum(walked.held(place).values()) == net
        for seller in (RITA, JOHAN, 3):
            own = [line for line in lines if line.place == place and line.seller == seller]
            assert sum(line.credited for line in own) == walked.held(place).get(seller, 0)
            highest = rules[seller].highest * walked.held(place).get(seller, 0)
            assert sum(line.commission for line in own) <= highest + len(own) * CENT // 2
    for seller in (RITA, JOHAN, 3):
        cap = rules[seller].cap
        for first in {line.first for line in lines}:
            its = [line for line in lines if line.seller == seller and line.first == first]
            assert cap is None or sum(line.commission for line in its) <= cap
    assert all(line.commission % CENT == 0 for line in lines)


@settings(max_examples=250, deadline=None)
@given(
    events=histories(),
    rules=st.fixed_dictionaries({1: RULES, 2: RULES, 3: RULES}),
    quota=st.sampled_from([None, 100 * EURO, 2000 * EURO]),
    locked_until=st.integers(0, 300),
    late=histories(),
)
def test_sums_reconcile_no_plan_is_exceeded_and_a_full_refund_leaves_nothing(
    events, rules, quota, locked_until, late
):
    """Locked in the middle, told the rest, also of the days before; then everything is given back."""
    lock = Period.containing("quarter", on(locked_until).date())
    known = [event for event in events if event.at < on(locked_until)]
    first, _walk = walk(known, rules, quota)
    kept = [line for line in first if line.first < lock.first]
    periods = sorted({(line.first, line.after_last) for line in kept})
    locks = {RITA: periods, JOHAN: periods, 3: periods}
    late = [_renamed(event) for event in late]
    told = [*events, *late]

    lines, walked = walk(told, rules, quota, locks=locks, locked=kept)
    check(told, [*kept, *lines], walked, rules)
    again, _walk = walk(told, rules, quota, locks=locks, locked=kept)
    assert again == lines

    end = on(1200)
    refunds = [
        Money(f"end:{place}", end, end.date(), place, -net) for place, net in nets(told).items() if net
    ]
    lines, walked = walk([*told, *refunds], rules, quota, locks=locks, locked=kept)
    for place in nets(told):
        for seller in (RITA, JOHAN, 3):
            own = [line for line in [*kept, *lines] if line.place == place and line.seller == seller]
            assert sum(line.commission for line in own) == 0
            assert sum(line.credited for line in own) == 0


def _renamed(event):
    """Another history beside the first one: its keys, orders and deals are others."""
    if isinstance(event, Split):
        return replace(event, key=f"late:{event.key}", deal=event.deal + 100)
    order, line = event.place
    deal = event.deal + 100 if event.deal is not None else None
    return replace(event, key=f"late:{event.key}", place=(f"{order}-late", line), deal=deal)
