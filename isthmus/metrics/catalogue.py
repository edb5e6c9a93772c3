"""The catalogue of metrics: each registered once, found by name."""

import difflib
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.question import Anchor

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

Owner = Literal["marketing", "sales", "shared"]
Unit = Literal[
    "count",
    "number",
    "share",
    "seconds",
    "hours",
    "days",
    "money",
    "money per lead",
    "money per click",
    "money per thousand",
    "money per sale",
    "money per month",
    "money per day",
]
# How the worth of rows becomes one figure.
#   count   how many rows
#   sum     the sum of worth
#   share   rows of worth 1 among rows of worth 0 and 1
#   median  the middle worth; rows without a worth are left out, and said
#   mean    the sum of worth per row
#   ratio   the sum of worth over the sum of `base`
#   weighed ratio   the same where `base` is money: it counts the rows that have one
#   velocity        the sum of worth over the mean of `base`, of the rows that have both
#   distinct        how many subjects there are among the rows
#   distinct share  the share of those subjects that have a row of worth 1
Aggregate = Literal[
    "count",
    "sum",
    "share",
    "median",
    "mean",
    "ratio",
    "weighed ratio",
    "velocity",
    "distinct",
    "distinct share",
]
# Of these, groups overlap: who is in two of them counts in both, and once in the total.
DISTINCT = ("distinct", "distinct share")
# Whose figure a metric can be: there its rows name one of these.
Party = Literal["person", "account", "lead", "deal"]
Definition = Callable[["Facts"], "ir.Table"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number's definition and what is said of it."""

    name: str
    label: str
    sentence: str
    contract: str
    owner: Owner
    unit: Unit
    aggregate: Aggregate
    kinds: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    rows_of: Definition
    outcomes: tuple[Any, Any] | None = None
    evidence: tuple[str, ...] = ()
    unvalued: Any = None
    outcome: str = ""
    concentrates: bool = False
    parties: tuple[Party, ...] = ()
    may_be_nought: bool = False
    per: int = 1
    states: tuple[str, ...] = ()

    @property
    def anchor(self) -> Anchor:
        """How a row is dated when the question does not say."""
        return self.anchors[0]

    @property
    def is_money(self) -> bool:
        """Whether the figure is an amount of the base currency."""
        return self.unit.startswith("money")

    @property
    def of_visits(self) -> bool:
        """Whether it is counted from what visitors did on sites: those who were joined are read as one."""
        return "page.viewed" in self.kinds

    @property
    def costs(self) -> bool:
        """Whether it is made of what media cost: where that is missing it is refused."""
        return self.is_money and "media.delivered" in self.kinds


_metrics: dict[str, Metric] = {}


def metric(
    *,
    label: Any,
    owner: Owner,
    unit: Unit,
    aggregate: Aggregate,
    kinds: tuple[str, ...],
    anchors: tuple[Anchor, ...] = ("event", "lead"),
    outcomes: tuple[Any, Any] | None = None,
    evidence: tuple[str, ...] = (),
    unvalued: Any = None,
    outcome: str = "",
    concentrates: bool = False,
    parties: tuple[Party, ...] = (),
    may_be_nought: bool = False,
    per: int = 1,
    states: tuple[str, ...] = (),
) -> Callable[[Definition], Definition]:
    """Put a definition in the catalogue under its function's name.

    `kinds` are the facts it reads. `outcomes` names the two outcomes of a share, the counted one first.
    `evidence`: when none of these facts was ever recorded, the figure is not nought but unknown.
    `unvalued` says of rows without a worth why they are left out; it holds %(count)s.
    `outcome` is the fact that a lead may bring later: young cohorts still wait for it.
    `concentrates`: a few payers may make the figure.
    `parties`: of whom it says something one by one, so that lists are filtered by it. Counts and sums.
    `may_be_nought`: a share of which only one outcome was ever recorded is still a share.
    `per`: the figure of a ratio is for so many of its base.
    `states`: columns that its rows have beside those of facts, so that it is split by them.
    """

    def register(definition: Definition) -> Definition:
        name = definition.__name__
        sentence, contract = _written(definition)
        _metrics[name] = Metric(
            name=name,
            label=label,
            sentence=sentence,
            contract=contract,
            owner=owner,
            unit=unit,
            aggregate=aggregate,
            kinds=kinds,
            anchors=anchors,
            rows_of=definition,
            outcomes=outcomes,
            evidence=evidence,
            unvalued=unvalued,
            outcome=outcome,
            concentrates=concentrates,
            parties=parties,
            may_be_nought=may_be_nought,
            per=per,
            states=states,
        )
        return definition

    return register


def _written(definition: Definition) -> tuple[str, str]:
    """The sentence and the contract in a definition's docstring."""
    name = definition.__name__
    if name in _metrics:
        raise AssertionError(f"The metric {name} is defined twice.")
    sentence, _blank, contract = (definition.__doc__ or "").partition("\n")
    if not sentence.strip():
        raise AssertionError(f"The metric {name} has no sentence.")
    return sentence.strip(), "\n".join(line.strip() for line in contract.strip().splitlines())


def catalogue() -> Mapping[str, Metric]:
    """Every metric by name, in the order of a lead's way from impression to money."""
    for topic in (
        "media",
        "visits",
        "visitors",
        "forms",
        "crossing",
        "dealings",
        "selling",
        "quoting",
        "revenue",
        "targets",
        "stages",
        "cost",
    ):
        importlib.import_module(f"isthmus.metrics.definitions.{topic}")
    return _metrics


def find(name: str) -> Metric:
    """The metric of that name. Raises InvalidInput naming the nearest ones."""
    known = catalogue()
    if name in known:
        return known[name]
    raise InvalidInput(
        {"metric": _("There is no metric called %(name)s.") % {"name": name} + nearest(name, known)}
    )


def nearest(name: str, known: Mapping[str, Any]) -> str:
    """The end of a sentence that suggests what may have been meant."""
    close = difflib.get_close_matches(name.lower(), list(known), n=3, cutoff=0.5)
    if close:
        return " " + _("Did you mean %(names)s?") % {"names": ", ".join(close)}
    return " " + _("Known are: %(names)s.") % {"names": ", ".join(known)}
