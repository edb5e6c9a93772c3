"""The chance of each open deal to be won: learned from the ledger's decided deals, kept if it tells more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from isthmus.core.clock import to_us
from isthmus.insight.models import ChanceReport, DealChance
from isthmus.ledger.reading import Snapshot, snapshot
from isthmus.people.models import Account
from isthmus.sales.models import Deal, DealState

if TYPE_CHECKING:
    from isthmus.analysis.deciding import Cases, Learned

TRAITS = ("owner", "product", "territory", "industry", "size", "amount", "channel", "country")
_WORDS = ("industry", "channel", "country")  # traits that are texts: their levels are numbered here
_SIZES = (10, 50, 250, 1000, 5000)
_DAY_US = 86_400_000_000
_TOLD, _LEAST_TOLD = 3, 0.1  # how many reasons a chance has, and how much one must move the log odds

# What was known as a deal was opened, and how it ended. What is said of it later may follow from its outcome.
_CASES = """
WITH opened AS (
    SELECT deal_id, owner, product_id, territory, channel, region, account_id, amount_base FROM facts
    WHERE kind = 'deal.opened' AND deal_id IS NOT NULL AND occurred_us < $end
    QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY occurred_us, received_us, id) = 1
), ended AS (
    SELECT deal_id, kind, occurred_us FROM facts
    WHERE kind IN ('deal.won', 'deal.lost', 'deal.reopened') AND deal_id IS NOT NULL AND occurred_us < $end
    QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY occurred_us DESC, received_us DESC, id DESC) = 1
)
SELECT o.*, e.kind, e.occurred_us FROM opened o LEFT JOIN ended e ON o.deal_id = e.deal_id ORDER BY o.deal_id
"""


@dataclass(frozen=True)
class Told:
    """Every deal as it was opened: its number, its traits, how it ended; and what levels are called."""

    numbers: Sequence[int]
    cases: "Cases"
    words: Mapping[str, Sequence[str]]


def told_by(facts: Snapshot, at: datetime) -> Told:
    """Every deal that had been opened by then."""
    import numpy as np

    from isthmus.analysis.deciding import Cases

    rows = facts.execute(_CASES, {"end": to_us(at)}).fetchall()
    accounts = {
        pk: (industry, size) for pk, industry, size in Account.objects.values_list("pk", "industry", "size")
    }
    found: dict[str, list[Any]] = {name: [] for name in TRAITS}
    won, decided = [], []
    for _deal, owner, product, territory, channel, region, account, amount, kind, ended in rows:
        industry, size = accounts.get(account, ("", None))
        values = (owner, product, territory, industry, _size(size), _amount(amount), channel, region)
        for name, value in zip(TRAITS, values, strict=True):
            found[name].append(value)
        is_over = kind in ("deal.won", "deal.lost")
        won.append(float(kind == "deal.won") if is_over else np.nan)
        decided.append(ended / _DAY_US if is_over else np.nan)
    words = {name: sorted({one for one in found[name] if one}) for name in _WORDS}
    for name in _WORDS:
        places = {word: at for at, word in enumerate(words[name])}
        found[name] = [places.get(one) for one in found[name]]
    traits = {
        name: np.array([-1 if one is None else one for one in values], dtype=np.int64)
        for name, values in found.items()
    }
    return Told([row[0] for row in rows], Cases(traits, np.array(won), np.array(decided)), words)


def make_chances(
    *, at: datetime, progress: Callable[[int, int], object] = lambda done, total: None
) -> ChanceReport:
    """Learn anew, judge, and keep: the report for good, the chances of open deals until the next one."""
    from isthmus.analysis.deciding import learn

    with snapshot() as facts:
        told = told_by(facts, at)
    learned = learn(told.cases)
    progress(1, 2)
    with transaction.atomic():
        report = ChanceReport.objects.create(made_at=at, says=_says(told, learned))
        DealChance.objects.exclude(report=report).delete()
        DealChance.objects.bulk_create(_of_open_deals(report, told, learned), batch_size=500)
    progress(2, 2)
    return report


def latest_report() -> ChanceReport | None:
    """What was made last."""
    return ChanceReport.objects.order_by("-made_at", "-pk").first()


def _says(told: Told, learned: "Learned") -> dict[str, Any]:
    judged = learned.judged
    low, high = learned.base_range if learned.n else (0.0, 1.0)
    return {
        "n": learned.n,
        "won": learned.won,
        "low": low,
        "high": high,
        "is_better": learned.model is not None,
        "judged": asdict(judged) if judged else None,
        "left_out": list(learned.left_out),
        "words": {name: list(words) for name, words in told.words.items()},
        "weights": _weights(learned),
    }


def _weights(learned: "Learned") -> dict[str, list[list[float]]]:
    """The model itself, by trait: each level and how much it moves the log odds."""
    if learned.model is None:
        return {}
    found, at = {"": [[0.0, float(learned.model.logistic.coefficients[0])]]}, 1
    for name, levels in learned.model.levels.items():
        weights = learned.model.logistic.coefficients[at : at + len(levels)]
        found[name] = [
            [int(level), round(float(weight), 6)] for level, weight in zip(levels, weights, strict=True)
        ]
        at += len(levels)
    return found


def _of_open_deals(report: ChanceReport, told: Told, learned: "Learned") -> list[DealChance]:
    import numpy as np

    if learned.model is None:
        return []
    here = set(Deal.objects.filter(state=DealState.OPEN).values_list("pk", flat=True))
    kept = np.isnan(told.cases.won) & np.array([number in here for number in told.numbers], dtype=bool)
    cases = told.cases.of(kept)
    numbers = np.array(told.numbers, dtype=np.int64)[kept]
    if not len(numbers):
        return []
    chances, (low, high) = learned.model.chances(cases), learned.model.ranges(cases)
    lifts = learned.model.lifts(cases)
    return [
        DealChance(
            report=report,
            deal_id=int(number),
            chance=float(chances[at]),
            low=float(low[at]),
            high=float(high[at]),
            why=_why({name: float(lift[at]) for name, lift in lifts.items()}, cases, at),
        )
        for at, number in enumerate(numbers)
    ]


def _why(lifts: Mapping[str, float], cases: "Cases", at: int) -> list[list[Any]]:
    """The traits that move it most: each with its level and its lift."""
    told = sorted(lifts.items(), key=lambda one: -abs(one[1]))[:_TOLD]
    return [
        [name, int(cases.traits[name][at]), round(lift, 3)] for name, lift in told if abs(lift) >= _LEAST_TOLD
    ]


def _size(employees: int | None) -> int | None:
    """In which band a company's size lies."""
    return None if employees is None else sum(employees >= edge for edge in _SIZES)


def _amount(micros: int | None) -> int | None:
    """In which half of a power of ten an amount lies; one of nothing is not known."""
    if not micros or micros <= 0:
        return None
    from math import floor, log10

    return floor(2 * log10(micros / 1_000_000)) if micros >= 1_000_000 else 0
