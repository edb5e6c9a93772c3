"""What a figure can be split and filtered by: time, the facts' own columns, attributes of the mirror."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.catalogue import Metric, nearest

Kind = Literal["time", "column", "tree", "mirror"]
# Facts of the capture cannot know these yet: lead cohorts take the last that the ledger recorded.
CREDITED_LATER = ("owner", "team", "territory", "product_id", "deal_id")


@dataclass(frozen=True)
class Dimension:
    """`column`: the facts' column, the mirror's, or the unit of time; `key_type`: the type of keys.

    A mirror dimension names its `table`, the facts' column `link` that leads there and the table's `via`.
    """

    name: str
    label: Any = field(compare=False)
    kind: Kind
    column: str
    key_type: Literal["text", "number", "flag", "day", "id"] = "text"
    table: str = ""
    link: str = ""
    via: str = "id"
    of_capture: bool = False
    of_visits: bool = False
    of_some: bool = False  # only rows of metrics that state it have it

    def is_of(self, metric: Metric) -> bool:
        """Whether the metric's rows state it."""
        return (metric.of_visits or not self.of_visits) and (not self.of_some or self.column in metric.states)


@dataclass(frozen=True)
class Mirror:
    """A mirror table: what its attributes are called and how a fact leads to its row."""

    prefix: str
    table: str
    link: str
    vias: tuple[str, ...]


MIRRORS = (
    Mirror("person", "mirror_people", "subject", ("subject", "id")),
    Mirror("account", "mirror_accounts", "account_id", ("id",)),
    Mirror("lead", "mirror_leads", "lead_id", ("id",)),
    Mirror("deal", "mirror_deals", "deal_id", ("id",)),
    Mirror("campaign", "mirror_campaigns", "campaign_id", ("id",)),
    Mirror("product", "mirror_products", "product_id", ("id",)),
    Mirror("owner", "mirror_users", "owner", ("id",)),
)

_FIXED = (
    Dimension("day", gettext_lazy("Day"), "time", "day"),
    Dimension("week", gettext_lazy("Week"), "time", "week"),
    Dimension("month", gettext_lazy("Month"), "time", "month"),
    Dimension("quarter", gettext_lazy("Quarter"), "time", "quarter"),
    Dimension("year", gettext_lazy("Year"), "time", "year"),
    Dimension(
        "first_contact_month", gettext_lazy("Month of first contact"), "time", "month", of_capture=True
    ),
    Dimension("channel", gettext_lazy("Channel"), "column", "channel"),
    Dimension("campaign", gettext_lazy("Campaign"), "column", "campaign_id", "id"),
    Dimension("landing_page", gettext_lazy("Landing page"), "column", "landing_page"),
    Dimension("utm_source", gettext_lazy("UTM source"), "column", "utm_source"),
    Dimension("utm_medium", gettext_lazy("UTM medium"), "column", "utm_medium", of_visits=True),
    Dimension("utm_campaign", gettext_lazy("UTM campaign"), "column", "utm_campaign", of_visits=True),
    Dimension("utm_term", gettext_lazy("UTM term"), "column", "utm_term", of_visits=True),
    Dimension("utm_content", gettext_lazy("UTM content"), "column", "utm_content", of_visits=True),
    Dimension("referrer", gettext_lazy("Referrer"), "column", "referrer", of_visits=True),
    Dimension("source", gettext_lazy("Site or server"), "column", "source_id", "id", of_visits=True),
    Dimension("host", gettext_lazy("Host"), "column", "host", of_visits=True),
    Dimension("page", gettext_lazy("Page"), "column", "path", of_visits=True),
    Dimension("event", gettext_lazy("Event"), "column", "event", of_visits=True),
    Dimension("form", gettext_lazy("Form"), "column", "event", of_visits=True),
    Dimension("stage", gettext_lazy("Stage"), "column", "stage_id", "id", of_some=True),
    Dimension("activity", gettext_lazy("Kind of activity"), "column", "activity_kind", of_some=True),
    Dimension("objection", gettext_lazy("Objection"), "column", "objection", of_some=True),
    Dimension("owner", gettext_lazy("Owner"), "column", "owner", "id"),
    Dimension("team", gettext_lazy("Team"), "tree", "team", "id"),
    Dimension("territory", gettext_lazy("Territory"), "tree", "territory", "id"),
    Dimension("product", gettext_lazy("Product"), "column", "product_id", "id"),
    Dimension("deal", gettext_lazy("Deal"), "column", "deal_id", "id"),
    Dimension("region", gettext_lazy("Region"), "column", "region"),
    Dimension("locale", gettext_lazy("Language"), "column", "locale"),
    Dimension("currency", gettext_lazy("Currency"), "column", "currency"),
    Dimension("actor_kind", gettext_lazy("Kind of actor"), "column", "actor_kind"),
)
FIXED: Mapping[str, Dimension] = {dimension.name: dimension for dimension in _FIXED}

_SHORT = {"country": "person.country"}  # an account has one too, but people fill in the forms


@dataclass(frozen=True)
class Attributes:
    """What the mirror has now: the type of each column of each table, and labels by dimension name."""

    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


_OF_LEADS = ("lead.", "activity.", "deal.", "quote.", "order.", "tax.", "invoice.", "subscription.")


def dimensions(attributes: Attributes) -> dict[str, Dimension]:
    """Every dimension by its full name: the fixed ones, then each attribute of each mirror table."""
    known = dict(FIXED)
    for mirror in MIRRORS:
        have = attributes.types.get(mirror.table, {})
        via = next((column for column in mirror.vias if column in have), None)
        if via is None:
            continue
        for column, sql_type in have.items():
            if column not in (*mirror.vias, "id", "subject", "version"):
                name = f"{mirror.prefix}.{column}"
                known[name] = Dimension(
                    name,
                    attributes.labels.get(name, column.replace("_", " ").capitalize()),
                    "mirror",
                    column,
                    _key_type(sql_type),
                    mirror.table,
                    mirror.link,
                    via,
                )
    return known


def find(name: str, metric: Metric, attributes: Attributes) -> Dimension:
    """The dimension of that name; an attribute may drop its prefix when only one table has it.

    Raises InvalidInput naming the nearest ones, or saying why this metric has none of that name.
    """
    known = dimensions(attributes)
    found = known.get(_SHORT.get(name, name))
    if found is None or not found.is_of(metric):
        attribute = _attribute(name, known)
        if attribute is None and found is not None:
            sentence = (
                _("%(metric)s cannot be split by %(name)s: only visits of sites state it.")
                if found.of_visits
                else _("%(metric)s cannot be split by %(name)s: its rows do not state it.")
            )
            raise _unusable(sentence % {"metric": metric.label, "name": name})
        found = attribute
    if found is None:
        raise _unusable(_("There is no dimension called %(name)s.") % {"name": name} + nearest(name, known))
    if found.of_capture and not any(kind.startswith(_OF_LEADS) for kind in metric.kinds):
        sentence = (
            _("%(metric)s cannot be split by %(name)s: a visit belongs to no lead.")
            if metric.of_visits
            else _("%(metric)s cannot be split by %(name)s: media delivery belongs to no lead.")
        )
        raise _unusable(sentence % {"metric": metric.label, "name": name})
    return found


def _attribute(name: str, known: Mapping[str, Dimension]) -> Dimension | None:
    """The attribute of that name without its prefix. Raises InvalidInput when several things have it."""
    named = [d for full, d in known.items() if full.partition(".")[2] in (name, f"custom_{name}")]
    if not named and "." in name:
        prefix, _dot, column = name.partition(".")
        named = [d for full, d in known.items() if full == f"{prefix}.custom_{column}"]
    if len(named) > 1:
        raise _unusable(
            _("%(name)s is an attribute of several things. Choose one of: %(names)s.")
            % {"name": name, "names": ", ".join(d.name for d in named)}
        )
    return named[0] if named else None


def _key_type(sql_type: str) -> Literal["text", "number", "flag", "day"]:
    upper = sql_type.upper()
    if upper.startswith("BOOL"):
        return "flag"
    if upper == "DATE" or upper.startswith("TIMESTAMP"):
        return "day"
    if any(word in upper for word in ("INT", "DOUBLE", "FLOAT", "DECIMAL", "NUMERIC", "REAL")):
        return "number"
    return "text"


def _unusable(sentence: str) -> InvalidInput:
    return InvalidInput({"dimension": sentence})
