"""The pipeline of a day worked out by hand: the ledger's facts folded one after the other, no engine."""

import json
from datetime import datetime
from typing import Any

from isthmus.core.clock import to_us
from isthmus.ledger.reading import snapshot

Standing = tuple[str, int | None, int, int | None, str, int | None, str | None]


def plain_facts() -> list[dict[str, Any]]:
    """All facts about deals that count, in the order in which they happened."""
    names = "kind, deal_id, occurred_us, received_us, id, amount, currency, owner, props"
    with snapshot() as facts:
        rows = facts.execute(f"SELECT {names} FROM facts WHERE kind LIKE 'deal.%'").fetchall()
    told = [dict(zip(names.split(", "), row, strict=True)) for row in rows]
    return sorted(told, key=lambda one: (one["occurred_us"], one["received_us"], one["id"]))


def replayed(facts: list[dict[str, Any]], at: datetime) -> dict[int, Standing]:
    """Every deal opened before `at`: state, stage, since, amount, currency, owner and day to close."""
    found: dict[int, dict[str, Any]] = {}
    for fact in facts:
        if fact["occurred_us"] >= to_us(at):
            break
        props = json.loads(fact["props"]) if fact["props"] else {}
        deal = found.setdefault(fact["deal_id"], {"state": None, "stage": None, "closes": None})
        match fact["kind"]:
            case "deal.opened":
                deal |= {"state": "open", "stage": props["stage_id"], "since": fact["occurred_us"]}
                deal["closes"] = props.get("expected_close_on")
            case "deal.stage_changed":
                deal |= {"stage": props["to_id"], "since": fact["occurred_us"]}
            case "deal.won" | "deal.lost":
                deal |= {"state": fact["kind"].removeprefix("deal."), "since": fact["occurred_us"]}
            case "deal.reopened":
                deal["state"] = "open"
                if "to_id" in props:
                    deal |= {"stage": props["to_id"], "since": fact["occurred_us"]}
            case "deal.changed":
                if "expected_close_on" in props:
                    deal["closes"] = props["expected_close_on"][1]
            case _:
                continue
        deal |= {name: fact[name] for name in ("amount", "currency", "owner")}
    return {
        number: (
            one["state"], one["stage"], one["since"], one["amount"], one["currency"], one["owner"],
            one["closes"],
        )
        for number, one in found.items()
    }  # fmt: skip
