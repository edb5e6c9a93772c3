"""How the sample company works its open deals: playbooks, checklists, who decides, teams, closes put off."""

from datetime import datetime, timedelta
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import edit_deals, set_buying_role, set_deal_member, set_playbook, tick_item
from isthmus.sales.commands.playbooks import Asked
from isthmus.sales.models import BuyerRole, ChecklistItem, Deal, MemberRole, Stage
from isthmus.workspace.models import User

MOST = 40  # of a large company the rest is left: what is shown is a deal's page
_LATE_BY = timedelta(days=21)
# What good looks like in each open stage in order, and what is to be done before a deal comes in.
PLAYBOOKS: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...] = (
    ("They told us in their own words what goes wrong today, and what that costs them.", ()),
    (
        "Somebody on their side wants this to happen, and shows us who else has a say.",
        (("Problem and its cost known", True), ("Champion found", False)),
    ),
    (
        "They compare offers by criteria that we helped to write.",
        (("Budget confirmed", True), ("Who signs is known", True), ("Trial done", False)),
    ),
    (
        "Only terms are open: price and dates are known to both.",
        (("Proposal gone through together", True), ("Their lawyers have the contract", False)),
    ),
)
_ROLES = (BuyerRole.CHAMPION, BuyerRole.ECONOMIC_BUYER, BuyerRole.TECHNICAL_BUYER, BuyerRole.USER)


def work_deals(*, until: datetime) -> None:
    """Written after the history: a gate shuts for what comes, not for what was."""
    at = until - timedelta(minutes=2)
    stages = list(Stage.objects.filter(kind="open").order_by("pipeline", "position"))
    for stage, (text, items) in zip(stages, PLAYBOOKS, strict=False):
        asked = [Asked(text=one, required=required) for one, required in items]
        set_playbook(stage_id=stage.pk, text=text, items=asked, by=SYSTEM, at=at)
    deals = list(Deal.objects.filter(state="open").select_related("stage").order_by("pk")[:MOST])
    _put_off(deals, at)
    engineers = list(
        User.objects.filter(is_active=True, role="seller").order_by("-pk").values_list("pk", flat=True)
    )
    for place, deal in enumerate(deals):
        if deal.person_id is not None and place % 3 < 2:
            role = _ROLES[place % len(_ROLES)]
            set_buying_role(deal_id=deal.pk, person_id=deal.person_id, role=role, by=SYSTEM, at=at)
        others = [pk for pk in engineers if pk != deal.owner_id]
        if others and place % 4 == 0:
            colleague = others[place % len(others)]
            set_deal_member(deal_id=deal.pk, user_id=colleague, role=MemberRole.ENGINEER, by=SYSTEM, at=at)
        _tick(deal, place, at)


def _put_off(deals: list[Any], at: datetime) -> None:
    """Every third deal that is late says a new day; two of them had been put off once before."""
    late = [one for one in deals if one.expected_close_on and one.expected_close_on < at.date()][::3]
    rows: list[dict[str, Any]] = []
    for place, deal in enumerate(late):
        first = deal.expected_close_on + _LATE_BY
        if place < 2:
            rows.append({"deal_id": deal.pk, "expected_close_on": first, "at": at - _LATE_BY})
        day = max(first, at.date()) + timedelta(days=7 + 5 * (place % 4))
        rows.append({"deal_id": deal.pk, "expected_close_on": day, "at": at - timedelta(days=place % 5)})
    for row in rows:
        edit_deals(rows=[row], by=SYSTEM)


def _tick(deal: Any, place: int, at: datetime) -> None:
    """What was done before the present stage, and of every other deal the first item of the next."""
    items = ChecklistItem.objects.filter(playbook__stage__pipeline=deal.pipeline_id).select_related(
        "playbook__stage"
    )
    for item in items:
        ahead = item.playbook.stage.position - deal.stage.position
        if ahead == 0 or (ahead == 1 and item.position == 0 and place % 2):
            tick_item(deal_id=deal.pk, item_id=item.pk, by=SYSTEM, at=at)
