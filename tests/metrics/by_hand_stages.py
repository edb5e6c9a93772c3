"""Stays in stages, slips and pace by hand: loops over plain facts."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FactDict = dict[str, Any]
Moment = Callable[[FactDict], tuple[int, int, str]]
OUTCOMES = ("deal.won", "deal.lost", "deal.reopened")
KINDS = ("deal.opened", "deal.stage_changed", "deal.changed", *OUTCOMES)


def props(one: FactDict) -> dict[str, Any]:
    return json.loads(one.get("props") or "{}") or {}


def stays(facts: list[FactDict], moment: Moment) -> list[tuple[FactDict, FactDict, int]]:
    """Each stay that ended: the fact that began it, the one that ended it, and the stage."""
    found = []
    for deal in {one["deal_id"] for one in facts if one.get("deal_id") is not None}:
        here: tuple[FactDict, int] | None = None
        for one in sorted((f for f in facts if f.get("deal_id") == deal), key=moment):
            if one["kind"] not in ("deal.opened", "deal.stage_changed", *OUTCOMES):
                continue
            stage = props(one).get("stage_id" if one["kind"] == "deal.opened" else "to_id")
            if one["kind"] in ("deal.won", "deal.lost"):
                stage = None
            if one["kind"] == "deal.reopened" and stage is None:
                continue
            if here is not None:
                found.append((here[0], one, here[1]))
            here = (one, stage) if stage is not None else None
    return found


def left(begun: FactDict, ended: FactDict, stage: int) -> FactDict:
    """The fact that dates a stay: as it began, at the time of its end."""
    return {**begun, "occurred_us": ended["occurred_us"], "stage_id": stage}


def first_expected(facts: list[FactDict], deal: int, moment: Moment) -> str | None:
    """The first day that a deal was ever expected to close on."""
    for one in sorted((f for f in facts if f.get("deal_id") == deal), key=moment):
        said = props(one).get("expected_close_on") if one["kind"] in ("deal.opened", "deal.changed") else None
        day = said[1] if isinstance(said, list) else said
        if day:
            return str(day)
    return None


def open_deals(facts: list[FactDict], moment: Moment, zone: ZoneInfo) -> list[FactDict]:
    """The open deals with a day to close on: the last fact of each, at noon of that day."""
    found = []
    for deal in {one["deal_id"] for one in facts if one.get("deal_id") is not None}:
        told = [one for one in facts if one.get("deal_id") == deal]
        told = sorted((one for one in told if one["kind"] in KINDS), key=moment)
        ends = [one["kind"] for one in told if one["kind"] in OUTCOMES]
        days = [props(one)["expected_close_on"] for one in told if "expected_close_on" in props(one)]
        day = days[-1][1] if days and isinstance(days[-1], list) else days[-1] if days else None
        if day and (not ends or ends[-1] == "deal.reopened"):
            noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=zone)
            found.append({**told[-1], "occurred_us": round(noon.timestamp() * 1_000_000)})
    return found


def is_put_off(one: FactDict) -> bool:
    said = props(one).get("expected_close_on")
    return isinstance(said, list) and bool(said[0]) and bool(said[1]) and said[1] > said[0]


def month(us: int, zone: ZoneInfo) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return f"{at.astimezone(zone):%Y-%m}"
