"""Visits a second time, in plain Python: sessions by walking along what each visitor did."""

from typing import Any

FactDict = dict[str, Any]
KINDS = ("page.viewed", "page.left", "form.submitted", "link.clicked", "event.tracked")
TOUCHES = (*KINDS, "email.opened", "email.clicked")
BEGINNING = ("channel", "landing_page", "utm_source")
MINUTE_US = 60_000_000


def by_people(facts: list[FactDict], *kinds: str) -> list[FactDict]:
    return [
        one
        for one in facts
        if one["kind"] in kinds and one.get("subject") is not None and (one.get("agent") or 0) >= 0
    ]


def walks(facts: list[FactDict]) -> list[list[FactDict]]:
    """What was done in each session."""
    found: list[list[FactDict]] = []
    did = by_people(facts, *KINDS)
    for subject in {one["subject"] for one in did}:
        began = last = None
        days: dict[int, list[FactDict]] = {}
        for one in sorted(
            (one for one in did if one["subject"] == subject), key=lambda one: one["occurred_us"]
        ):
            at = one["occurred_us"]
            if began is None or last is None or at - last > 30 * MINUTE_US:
                found += days.values()
                began, days = at, {}
            days.setdefault((at - began) // (24 * 60 * MINUTE_US), []).append(one)
            last = at
        found += days.values()
    return found


def session_of(walk: list[FactDict]) -> FactDict:
    """A session as a fact: its first page view, dated by the first thing that was done."""
    first = min(walk, key=lambda one: (one["kind"] != "page.viewed", one["occurred_us"], one["received_us"]))
    views = sum(one["kind"] == "page.viewed" for one in walk)
    attention = sum(one.get("quantity") or 0 for one in walk if one["kind"] == "page.left") * 1000
    sent = any(one["kind"] == "form.submitted" for one in walk)
    return {
        **first,
        "occurred_us": min(one["occurred_us"] for one in walk),
        "views": views,
        "attention": attention,
        "engaged": int(views >= 2 or attention >= 10_000_000 or sent),
    }


def sessions(facts: list[FactDict]) -> list[FactDict]:
    return [session_of(walk) for walk in walks(facts)]


def of_sessions(facts: list[FactDict], kind: str) -> list[FactDict]:
    """Facts of a kind with what their session's first view says of its beginning."""
    found = []
    for walk in walks(facts):
        session = session_of(walk)
        told = {name: session.get(name) for name in BEGINNING}
        found += [{**one, **told} for one in walk if one["kind"] == kind]
    return found


def is_first(facts: list[FactDict], session: FactDict) -> bool:
    did = [one for one in by_people(facts, *KINDS) if one["subject"] == session["subject"]]
    return bool(session["occurred_us"] == min(one["occurred_us"] for one in did))
