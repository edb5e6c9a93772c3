"""Placing an account by hand, where rules leave it, and leaving it to the rules again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import Refusal
from isthmus.ledger.facts import Fact
from isthmus.people.changing import no_such_account
from isthmus.people.credit import credit_of
from isthmus.people.models import Account
from isthmus.people.reassigning import reassign_account
from isthmus.territories.models import HandPlaced
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.reassigning import MAY

_BACK = frozenset({"owner_id", "team_id", "territory_id", "clear", "version"})


class NotPlacedByHand(Refusal):
    """Rules decide about this account already."""


@command(
    permission=MAY,
    label=gettext_lazy("Place an account by hand"),
    trade="sales",
    undo="release_account",
    undo_arguments=lambda account, _: {"account_id": account.pk, "back": account.back},
)
def place_account(
    *, account_id: int, territory_id: int, by: Actor, at: datetime, owner_id: int | None = None, why: str = ""
) -> Account:
    """Put an account into a territory by hand: it stays there, whatever the rules say."""
    account = Account.objects.visible_to(by, MAY).present().filter(pk=account_id).first()
    if account is None:
        raise no_such_account()
    held = HandPlaced.objects.filter(account=account).first()
    told = why or _("placed by hand")
    changes = {"territory_id": territory_id, "owner_id": owner_id, "why": told}
    try:
        account = reassign_account(account_id=account_id, by=by, at=at, **changes)  # type: ignore[arg-type]
    except NothingChanged:
        if held is not None:
            raise
        account.back = {}
        ledger.record(Fact(kind="account.placed", at=at, props={"why": told}, **credit_of(account)), by=by)
    HandPlaced.objects.update_or_create(
        account=account, defaults={"territory_id": territory_id, "by_id": _user(by), "at": at}
    )
    return account


@command(permission=MAY, label=gettext_lazy("Leave an account to the rules"), trade="sales")
def release_account(
    *, account_id: int, by: Actor, at: datetime, back: dict[str, Any] | None = None
) -> Account:
    """Let rules place an account again that was placed by hand. It stays where it is until they are applied.

    `back` puts it back to where it was before, as an undo does. To take this back, place it by hand anew.
    """
    account = Account.objects.visible_to(by, MAY).present().filter(pk=account_id).first()
    if account is None:
        raise no_such_account()
    if not HandPlaced.objects.filter(account=account).delete()[0]:
        raise NotPlacedByHand(_("Nobody placed this account by hand, so the rules decide about it already."))
    if back:
        given = {name: value for name, value in back.items() if name in _BACK}
        account = reassign_account(account_id=account_id, by=by, at=at, **given)
    ledger.record(Fact(kind="account.released", at=at, **credit_of(account)), by=by)
    return account


def _user(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None
