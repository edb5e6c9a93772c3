"""The last step of a query: rows become one figure per group."""

from functools import cache
from typing import TYPE_CHECKING, Any

from isthmus.metrics.catalogue import DISTINCT, Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

MOST = 10  # payers who are told of together
QUARTILES = (25, 50, 75, 90)
# Ranks around the normal approximation; the exact binomial rank is chosen among them afterwards.
SLACK = (-1, 0, 1)
WEEK_US = 7 * 86_400_000_000
_MICROS = 1_000_000.0


def groups(rows: "ir.Table", metric: Metric, keys: list[str], *, overlap: bool = False) -> "ir.Table":
    """One row per group of the keys, with the sums that the figure and its interval are made of.

    A median has one row more, marked `whole`, for all rows together: groups do not add up to it. Not where
    groups overlap and rows stand there twice.
    """
    if metric.aggregate == "median":
        return _ranked(rows, keys) if not keys or overlap else _ranked_with_whole(rows, keys)
    sums = _sums(rows, metric)
    return rows.group_by(*keys).agg(**sums) if keys else rows.agg(**sums)


def payers(rows: "ir.Table") -> "ir.Table":
    """One row: what the ten payers who bring most paid (`largest`), the sum of all, and their number."""
    import ibis

    # A person's number and an account's come from different counts: two columns, never one.
    person = ibis.ifelse(rows.account_id.isnull(), rows.subject, ibis.null("int64"))
    sums = (
        rows.mutate(payer_person=person)
        .group_by("account_id", "payer_person")
        .agg(paid=rows.worth.cast("decimal(38, 0)").sum())
    )
    sums = sums.filter(sums.paid > 0)
    largest = _largest()(sums.paid, ibis.literal(MOST, "int64"))
    return sums.agg(largest=largest, everything=sums.paid.sum(), payers=sums.count())


def parties(
    rows: "ir.Table", metric: Metric, least: "ir.Value", most: "ir.Value", within: "ir.Value"
) -> "ir.Table":
    """One row: all keys whose count or sum lies from `least` to `most` (`within` 1), or does not (0)."""
    rows = rows.filter(rows.k0.notnull())
    of_each = rows.group_by("k0").agg(figure=_sums(rows, metric)["numerator"])
    figure = of_each.figure.fill_null(0)
    lies_within = ((figure >= least) & (figure <= most)).cast("int64")
    return of_each.filter(lies_within == within).agg(numbers=of_each.k0.collect())


@cache
def _largest() -> Any:
    """DuckDB's max(value, count), which keeps the largest few in one pass; a rank would sort everybody."""
    import ibis
    import ibis.expr.datatypes as dt

    def largest(value, count):  # type: ignore[no-untyped-def]  # typed by the signature
        ...

    signature = ((dt.Decimal(), dt.int64), dt.Array(dt.Decimal()))
    return ibis.udf.agg.builtin(name="max", signature=signature)(largest)


def ages(facts: "Facts", outcome: str) -> "ir.Table":
    """Leads by the week of their capture and the weeks until their first outcome: `captured`, `waited`."""
    captured = facts.captures()
    came = facts.table.filter(facts.table.kind == outcome, facts.table.lead_id.notnull())
    first = came.group_by(outcome_lead=came.lead_id).agg(outcome_us=came.occurred_us.min())
    pairs = captured.left_join(first, captured.captured_lead == first.outcome_lead)
    pairs = pairs.mutate(
        captured=pairs.captured_us // WEEK_US, waited=(pairs.outcome_us - pairs.captured_us) // WEEK_US
    )
    return pairs.group_by("captured", "waited").agg(
        leads=pairs.count(), first_us=pairs.outcome_us.min(), last_us=pairs.outcome_us.max()
    )


def _sums(rows: "ir.Table", metric: Metric) -> dict[str, Any]:
    n, aggregate = rows.count(), metric.aggregate
    if aggregate in DISTINCT:
        return _of_subjects(rows, metric)
    if aggregate == "count":
        return {"n": n, "numerator": n, "unvalued": n - n}
    total = rows.worth.cast("decimal(38, 0)").sum()
    valued = rows.worth.count()
    if aggregate == "share":
        # Worth is 0 or 1: a plain sum cannot overflow, and is quicker.
        return {"n": valued, "numerator": rows.worth.sum(), "unvalued": n - valued}
    if aggregate == "sum":
        return {"n": valued, "numerator": total, "unvalued": n - valued}
    if aggregate == "ratio":
        denominator = rows.base.sum()
        return {
            "n": denominator,
            "numerator": total,
            "unvalued": (rows.worth.isnull() & rows.base.isnull()).cast("int64").sum(),
            "valued": valued,
        }
    if aggregate == "weighed ratio":
        return {
            "n": rows.base.count(),
            "numerator": total,
            "unvalued": (rows.worth.isnull() & rows.base.isnull()).cast("int64").sum(),
            "weight": rows.base.cast("decimal(38, 0)").sum(),
        }
    if aggregate == "velocity":
        return {
            "n": rows.base.count(),
            "numerator": total,
            "unvalued": n - valued,
            "weight": rows.base.cast("decimal(38, 0)").sum(),
        }
    units = rows.worth / (1.0 if metric.unit == "number" else _MICROS)
    return {
        "n": n,
        "numerator": total,
        "unvalued": n - valued,
        "hits": (rows.worth != 0).cast("int64").sum(),
        "least": rows.worth.min(),
        "squares": (units * units).sum(),
        "cubes": (units * units * units).sum(),
    }


def _of_subjects(rows: "ir.Table", metric: Metric) -> dict[str, Any]:
    """How many people and visitors there are among the rows, and how many of them have one of worth 1."""
    n = rows.subject.nunique()
    hits = n if metric.aggregate == "distinct" else rows.subject.nunique(where=rows.worth == 1)
    return {"n": n, "numerator": hits, "unvalued": rows.subject.isnull().cast("int64").sum()}


def _ranked_with_whole(rows: "ir.Table", keys: list[str]) -> "ir.Table":
    """Every row stands for its group and once more for the whole: one look at the facts serves both."""
    import ibis

    rows = rows.select(*keys, "worth", whole=ibis.array([False, True]).unnest())
    of_group = {key: ibis.ifelse(rows.whole, ibis.null(rows[key].type()), rows[key]) for key in keys}
    ranked = _ranked(rows.mutate(**of_group), [*keys, "whole"])
    return ranked.select(*keys, *(name for name in ranked.columns if name not in keys))


def _ranked(rows: "ir.Table", keys: list[str]) -> "ir.Table":
    """Order statistics by rank and count alone: exact, the same on every engine."""
    import ibis

    group = ibis.window(group_by=keys) if keys else ibis.window()
    rows = rows.select(*keys, "worth")
    order = ibis.window(group_by=keys or None, order_by=[rows.worth.isnull(), rows.worth])
    # Rows without a worth come last, so ranks 1 to n are those of the n rows that have one.
    ranked = rows.mutate(place=ibis.row_number().over(order) + 1, n=rows.worth.count().over(group))
    n = ranked.n
    wanted: dict[str, Any] = {}
    for percent in QUARTILES:
        step = (n - 1) * percent
        wanted[f"q{percent}_low"] = step // 100 + 1
        wanted[f"q{percent}_high"] = (step + 99) // 100 + 1
    below = ((n + 1) / 2 - 0.98 * n.sqrt()).floor().cast("int64")
    for at, slack in enumerate(SLACK):
        wanted[f"low{at}"] = below + slack
        wanted[f"high{at}"] = n + 1 - (below + slack)
    picked = {
        name: ibis.ifelse(ranked.place == rank, ranked.worth, ibis.null("int64")).max()
        for name, rank in wanted.items()
    }
    sums = {"n": ranked.worth.count(), "unvalued": ranked.count() - ranked.worth.count(), **picked}
    return ranked.group_by(*keys).agg(**sums) if keys else ranked.agg(**sums)
