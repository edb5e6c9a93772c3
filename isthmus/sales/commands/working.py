"""Who works on a deal, who decides on the other side, and what of its checklists is done."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.people.models import Person
from isthmus.sales.changing import no_such_deal
from isthmus.sales.credit import deal_credit
from isthmus.sales.models import (
    BuyerRole,
    BuyingRole,
    ChecklistItem,
    Deal,
    DealMember,
    ItemTick,
    MemberRole,
)
from isthmus.sales.playbooks import Playbooks
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User


class NotOnTheTeam(Refusal):
    """Somebody is taken off a team that they are not on."""


class NotInThatRole(Refusal):
    """A role is taken from somebody who does not have it."""


class ItemNotAsked(Refusal):
    """An item is ticked that no stage asks of this deal."""


def _member_before(member: DealMember, arguments: Any) -> dict[str, Any]:
    return {"deal_id": member.deal_id, "user_id": member.user_id, "role": member.before}


@command(
    permission="deals.edit",
    label=gettext_lazy("Put a colleague on the deal's team"),
    trade="sales",
    undo="restore_deal_member",
    undo_arguments=_member_before,
)
def set_deal_member(*, deal_id: int, user_id: int, role: MemberRole, by: Actor, at: datetime) -> DealMember:
    """Put a colleague on a deal's team, or give them another role there. They see the deal from then on."""
    deal = _deal(deal_id, by)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(_("There is no such colleague, or they do not work here any more."))
    member = DealMember.objects.filter(deal=deal, user=user).first()
    if member is not None and member.role == role:
        raise NothingChanged(_("%(name)s has that role on the team already.") % {"name": user.name})
    before = member.role if member else ""
    member, made = DealMember.objects.update_or_create(
        deal=deal, user=user, defaults={"role": role}, create_defaults={"role": role, "added_at": at}
    )
    member.before = before
    _record("deal.member_set", deal, {"user_id": user.pk, "role": str(role)}, by=by, at=at)
    if made and not (by.kind == "user" and by.id == user.pk):
        text = gettext_lazy("You are on the team of a deal")
        notify(user=user, kind="deal.given", text=text, record=("deal", deal.pk), at=at)
    return member


@command(
    permission="deals.edit",
    label=gettext_lazy("Take a colleague off the deal's team"),
    trade="sales",
    undo="restore_deal_member",
    undo_arguments=lambda told, _: told,
)
def remove_deal_member(*, deal_id: int, user_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take a colleague off a deal's team; they see the deal only where their role lets them."""
    deal = _deal(deal_id, by)
    member = DealMember.objects.filter(deal=deal, user=user_id).first()
    if member is None:
        raise NotOnTheTeam(_("They are not on this deal's team, so there is nothing to take back."))
    role = member.role
    member.delete()
    _record("deal.member_removed", deal, {"user_id": user_id, "role": role}, by=by, at=at)
    return {"deal_id": deal_id, "user_id": user_id, "role": role}


@command(permission="deals.edit", label=gettext_lazy("Put a deal's team back"), trade="sales")
def restore_deal_member(*, deal_id: int, user_id: int, role: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Give a colleague the role on a deal's team that they had before; no role takes them off it."""
    if role:
        set_deal_member(deal_id=deal_id, user_id=user_id, role=MemberRole(role), by=by, at=at)
    else:
        remove_deal_member(deal_id=deal_id, user_id=user_id, by=by, at=at)
    return {"deal_id": deal_id, "user_id": user_id, "role": role}


@command(
    permission="deals.edit",
    label=gettext_lazy("Say who decides"),
    trade="sales",
    undo="remove_buying_role",
    undo_arguments=lambda one, _: {"deal_id": one.deal_id, "person_id": one.person_id, "role": one.role},
)
def set_buying_role(*, deal_id: int, person_id: int, role: BuyerRole, by: Actor, at: datetime) -> BuyingRole:
    """Say what a person is to a deal: champion, economic buyer, blocker. Somebody may be several."""
    deal = _deal(deal_id, by)
    person = Person.objects.visible_to(by).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person, or your role does not reach them."))
    if BuyingRole.objects.filter(deal=deal, person=person, role=role).exists():
        raise NothingChanged(_("That is known already: %(name)s has that role.") % {"name": person})
    found = BuyingRole.objects.create(deal=deal, person=person, role=role, set_at=at)
    _record("deal.role_set", deal, {"person_id": person.pk, "role": str(role)}, by=by, at=at)
    return found


@command(
    permission="deals.edit",
    label=gettext_lazy("Take a buying role back"),
    trade="sales",
    undo="set_buying_role",
    undo_arguments=lambda told, _: told,
)
def remove_buying_role(
    *, deal_id: int, person_id: int, role: BuyerRole, by: Actor, at: datetime
) -> dict[str, Any]:
    """Say that a person is no longer in that role."""
    deal = _deal(deal_id, by)
    gone, _rows = BuyingRole.objects.filter(deal=deal, person=person_id, role=role).delete()
    if not gone:
        raise NotInThatRole(_("They do not have that role in this deal, so there is nothing to take back."))
    told = {"person_id": person_id, "role": str(role)}
    _record("deal.role_removed", deal, told, by=by, at=at)
    return {"deal_id": deal_id, **told}


@command(
    permission="deals.edit",
    label=gettext_lazy("Tick off"),
    trade="sales",
    undo="untick_item",
    undo_arguments=lambda tick, _: {"deal_id": tick.deal_id, "item_id": tick.item_id},
)
def tick_item(*, deal_id: int, item_id: int, by: Actor, at: datetime) -> ItemTick:
    """Say that something on a checklist is done for a deal; who said so and when stays beside it."""
    deal = _deal(deal_id, by)
    item = ChecklistItem.objects.select_related("playbook__stage").filter(pk=item_id).first()
    stage = item.playbook.stage if item else None
    if item is None or stage is None or item not in Playbooks([stage.pk]).items(stage, deal):
        raise ItemNotAsked(_("No stage asks this of the deal. Its page shows what is on its checklist."))
    tick, made = ItemTick.objects.get_or_create(
        deal=deal, item=item, defaults={"by_id": by.id if by.kind == "user" else None, "at": at}
    )
    if not made:
        raise NothingChanged(_("“%(item)s” is ticked off already.") % {"item": item.text})
    _record("deal.item_ticked", deal, _told(item), by=by, at=at)
    return tick


@command(
    permission="deals.edit",
    label=gettext_lazy("Take a tick back"),
    trade="sales",
    undo="tick_item",
)
def untick_item(*, deal_id: int, item_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Say that something on a checklist is not done after all."""
    deal = _deal(deal_id, by)
    tick = ItemTick.objects.select_related("item__playbook").filter(deal=deal, item=item_id).first()
    if tick is None:
        raise NothingChanged(_("That is not ticked off, so there is nothing to take back."))
    tick.delete()
    _record("deal.item_unticked", deal, _told(tick.item), by=by, at=at)
    return {"deal_id": deal_id, "item_id": item_id}


def _told(item: ChecklistItem) -> dict[str, Any]:
    return {"item_id": item.pk, "item": item.text, "stage_id": item.playbook.stage_id}


def _deal(deal_id: int, by: Actor) -> Deal:
    """The deal, kept from others until this act is done."""
    reachable = Deal.objects.visible_to(by, "deals.edit").select_related("person", "account", "stage")
    deal: Deal | None = reachable.select_for_update(of=("self",)).filter(pk=deal_id).first()
    if deal is None:
        raise no_such_deal()
    return deal


def _record(kind: str, deal: Deal, props: dict[str, Any], *, by: Actor, at: datetime) -> None:
    # What is shown of a deal was changed: lists, copies and caches that go by its row hear of it.
    Deal.objects.filter(pk=deal.pk).update(updated_at=written_now())
    ledger.record(Fact(kind=kind, at=at, **{**deal_credit(deal), "props": props}), by=by)
