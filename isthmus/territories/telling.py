"""Telling people once what became theirs by a reassignment."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from isthmus.bulk.models import GIVEN, BulkEdit, BulkState
from isthmus.core.actors import Actor
from isthmus.territories.models import Reassignment
from isthmus.territories.selecting import LISTS
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User


def tell_new_owners(edit: BulkEdit, phase: str, by: Actor) -> None:
    """One notice to each new owner of all that is theirs now, as the reassignment ends."""
    if edit.list != GIVEN or phase != BulkState.CHANGING:
        return
    got: dict[int, Counter[str]] = {}
    for name, changes, changed in edit.parts.values_list("list", "changes", "changed").iterator():
        if changes and changes.get("owner_id") is not None and changed:
            got.setdefault(changes["owner_id"], Counter())[name] += len(changed)
    row = Reassignment.objects.get(pk=edit.pk)
    for user in User.objects.filter(pk__in=got, is_active=True).order_by("pk"):
        if user.pk == by.id:
            continue
        with override(user.locale):
            text = _("Yours now: %(what)s") % {"what": in_words(got[user.pk])}
            text += f" ({row.why})" if row.why else ""
        notify(user=user, kind="records.given", text=text, at=edit.at, path=f"/accounts/?owner={user.pk}")


def in_words(counts: Counter[str]) -> str:
    """How many of what: 12 accounts, 3 open leads, 1 open deal."""
    return ", ".join(_words(name, counts[name]) for name in LISTS if counts[name])


def _words(name: str, n: int) -> str:
    said = {
        "accounts": ngettext("%(n)d account", "%(n)d accounts", n),
        "people": ngettext("%(n)d person", "%(n)d people", n),
        "leads": ngettext("%(n)d open lead", "%(n)d open leads", n),
        "deals": ngettext("%(n)d open deal", "%(n)d open deals", n),
        "tasks": ngettext("%(n)d task", "%(n)d tasks", n),
    }
    return said[name] % {"n": n}
