"""Whose costs an actor may enter, decide about or set."""

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.money.models import Expense
from isthmus.workspace.models import User


def seller_for(by: Actor, permission: str, seller_id: int | None) -> User:
    """The seller meant, the actor where none is named. Raises NotFound beyond the permission's reach."""
    number = by.id if seller_id is None else seller_id
    if number is None:
        raise InvalidInput({"seller_id": _("Say whose it is.")})
    seller = User.objects.filter(pk=number).first()
    if seller is None or not reaches_seller(by, permission, seller):
        raise NotFound(_("There is no such seller, or your role does not reach them."))
    return seller


def reaches_seller(by: Actor, permission: str, seller: User) -> bool:
    """Whether a permission reaches somebody: oneself, one's teams', all."""
    scope = by.scope(permission)
    if scope is Scope.TEAM and seller.team_id is not None and seller.team_id in by.team_ids:
        return True
    return scope is Scope.ALL or (scope is not None and seller.pk == by.id)


def expense_for(by: Actor, permission: str, expense_id: int) -> Expense:
    """An expense that the actor's permission reaches, locked for a change. Raises NotFound."""
    rows = Expense.objects.visible_to(by, permission).select_for_update(of=("self",))
    found: Expense | None = rows.filter(pk=expense_id).select_related("deal", "owner").first()
    if found is None:
        raise NotFound(_("There is no such expense, or your role does not reach it."))
    return found
