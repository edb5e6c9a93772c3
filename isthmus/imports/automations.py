"""What an import sets off: what was chosen for it, what it did, and one notice to each owner at its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.core.automations import OWNERS, Ahead, Automation, Choice, Counts, offered, offers
from isthmus.imports.inviting import INVITATIONS
from isthmus.imports.models import ImportRun
from isthmus.workspace.commands.notices import notify
from isthmus.workspace.models import User

NOTICE = "import.given"
LISTS = {"lead": "/leads/", "deal": "/deals/", "person": "/people/", "account": "/accounts/"}


@offers
def notices() -> Sequence[Automation]:
    """One notice to each owner, of all that the import brought them."""
    return [Automation(OWNERS, gettext_lazy("Notify the owners of new records"), _foresee, _say)]


def choice_of(run: ImportRun) -> Choice:
    """What may go off for an import."""
    return Choice(frozenset(run.automations))


def foreseen(ahead: Ahead) -> list[tuple[Automation, Counts]]:
    """Every automation there is, with what it would make of what is ahead."""
    return [(one, {} if one.off_because else one.foresee(ahead)) for one in offered()]


def went_off(run: ImportRun) -> list[tuple[str, str]]:
    """What an import set off, for people: what it is called, and how often it was."""
    known = {one.name: one for one in offered()}
    told = []
    for name, counts in run.set_off.items():
        if name == INVITATIONS:
            told.append((_("Owners invited by mail"), number_format(counts[""], force_grouping=True)))
            continue
        one = known.get(name)
        total = number_format(sum(counts.values()), force_grouping=True)
        told.append((str(one.label), one.say(counts)) if one else (name, total))
    return told


def tell_owners(run: ImportRun, at: datetime) -> None:
    """Tell each owner once what came to them, in the caller's transaction; nobody unless it was chosen."""
    waiting: Mapping[str, int] = run.set_off.get(OWNERS, {})
    by_owner: dict[int, dict[str, int]] = {}
    for (owner, what), number in _split(waiting):
        by_owner.setdefault(owner, {})[what] = number
    told = list(User.objects.filter(pk__in=by_owner, is_active=True).order_by("pk"))
    for user in told:
        with translation.override(user.locale):
            text = _sentence(run, by_owner[user.pk])
        most = max(by_owner[user.pk].items(), key=lambda one: one[1])[0]
        notify(user=user, kind=NOTICE, text=text, path=f"{LISTS[most]}?owner=me&sort=-updated", at=at)
    if waiting:
        kept = {f"{user.pk}:{what}": number for user in told for what, number in by_owner[user.pk].items()}
        run.set_off = {**{name: by for name, by in run.set_off.items() if name != OWNERS}}
        run.set_off |= {OWNERS: kept} if kept else {}


def _sentence(run: ImportRun, brought: Mapping[str, int]) -> str:
    what = get_text_list([_some(what, number) for what, number in brought.items()], _("and"))
    names = {"what": what, "name": run.recipe_name, "who": run.owner.name if run.owner else ""}
    if run.owner:
        return _("%(who)s imported %(what)s for you (“%(name)s”)") % names
    return _("An import brought you %(what)s (“%(name)s”)") % names


def _some(what: str, number: int) -> str:
    words = {
        "lead": ngettext("%(count)s lead", "%(count)s leads", number),
        "deal": ngettext("%(count)s deal", "%(count)s deals", number),
        "person": ngettext("%(count)s person", "%(count)s people", number),
        "account": ngettext("%(count)s account", "%(count)s accounts", number),
    }
    return words[what] % {"count": number_format(number, force_grouping=True)}


def _foresee(ahead: Ahead) -> Counts:
    owners = {owner for (owner, _what), _number in _split(ahead.owners)}
    active = set(User.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True))
    return {f"{owner}:{what}": n for (owner, what), n in _split(ahead.owners) if owner in active}


def _say(counts: Counts) -> str:
    owners = len({owner for (owner, _what), _number in _split(counts)})
    records = sum(counts.values())
    said = ngettext("one notice to %(owners)s person", "one notice each to %(owners)s people", owners)
    of = ngettext("%(records)s record", "%(records)s records", records)
    shown: dict[str, Any] = {
        "owners": number_format(owners, force_grouping=True),
        "records": number_format(records, force_grouping=True),
    }
    return f"{said % shown}, {of % shown}" if owners else _("nobody else owns what is new")


def _split(counts: Counts) -> list[tuple[tuple[int, str], int]]:
    found = []
    for whom, number in counts.items():
        owner, _colon, what = whom.partition(":")
        found.append(((int(owner), what), number))
    return found
