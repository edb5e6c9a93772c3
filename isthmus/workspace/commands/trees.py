"""What every tree asks of its rows: a name of their own, and no circle."""

from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput, NotFound, Refusal


class NameTaken(Refusal):
    """Another one has this name."""


def need_free(model: Any, name: str) -> None:
    """Refuse a name that is empty or another row's."""
    if not name.strip():
        raise InvalidInput({"name": _("Give it a name.")})
    if model.objects.filter(name__iexact=name.strip()).exists():
        raise NameTaken(_("The name %(name)s is taken.") % {"name": name.strip()})


def need_existing(model: Any, pk: int | None) -> int | None:
    """The number of the row above, which must be there."""
    if pk is not None and not model.objects.filter(pk=pk).exists():
        raise NotFound(_("The one that it should stand below does not exist."))
    return pk


def need_above(model: Any, pk: int, parent_id: int) -> int:
    """The number of the row above another, which must not stand below that one."""
    need_existing(model, parent_id)
    above: int | None = parent_id
    while above is not None:
        if above == pk:
            raise InvalidInput({"parent_id": _("It cannot stand below itself.")})
        above = model.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return parent_id
