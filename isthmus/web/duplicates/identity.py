"""Why are these one person? The journal in sentences, and the way apart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor
from isthmus.people.joined_visitors import joined_visitors
from isthmus.people.merging.preview import merges_into
from isthmus.people.models import AccountIdentifier, Identifier, IdentityEvent, Merge, MergedRow
from isthmus.people.models.search import PERSON
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.acts.reach import reaches
from isthmus.web.duplicates.kinds import ACCOUNTS, KINDS, PEOPLE, Kind
from isthmus.web.people.page import journal_line
from isthmus.workspace.models import User

SHOWN = 200


@dataclass(frozen=True)
class Joined:
    """A merge as the page tells it. `part_href` is empty where another merge is in the way."""

    lost: Any
    address: str
    into: Any
    at: datetime
    who: str
    moved: int
    later: int
    part_href: str


@needs("people.view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Why somebody is one person."""
    return _identity(request, PEOPLE, pk)


@needs("accounts.view")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Why an account is one account."""
    return _identity(request, ACCOUNTS, pk)


def _identity(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    actor = actor_of(request)
    one = get_object_or_404(kind.model.objects.present().visible_to(actor), pk=pk)
    merges = merges_into(kind.party, pk)
    rows = kind.model.objects.in_bulk({pk, *(merge.lost_id for merge in merges)})
    may = actor.allows(kind.right) and all(reaches(actor, one, r) for r in (kind.right, kind.edit_right))
    context = {
        "kind": kind,
        "one": one,
        "known": _known(kind, pk),
        "rows": rows,
        "joined": _joined(kind, merges, rows, pk, may=may),
        "visitors": _visitors(one, list(rows.values())) if _shows_visitors(kind, actor) else [],
        "journal": _journal(list(rows)) if kind.party == PERSON else [],
        "may": may,
        "home": reverse(kind.record, args=[pk]),
    }
    return render(request, "duplicates/identity.html", context)


@require_POST
def part(request: HttpRequest, of: str, pk: int, lost: int) -> HttpResponse:
    """Take two apart that were merged."""
    return needs(KINDS[of].right)(_part)(request, KINDS[of], pk, lost)  # type: ignore[return-value]


def _part(request: HttpRequest, kind: Kind, pk: int, lost: int) -> HttpResponse:
    get_object_or_404(kind.reachable(actor_of(request)), pk=pk)
    get_object_or_404(Merge.objects.filter(undone_at=None), party=kind.party, kept_id=pk, lost_id=lost)
    back = reverse(f"{kind.record}-identity", args=[pk])
    done = _("The two stand on their own again.")
    act = Act(f"unmerge_{kind.of}", _("Take apart"), done, back, {"lose_id": lost}, back)
    return act_now(request, act)


@needs("people.merge")
@require_POST
def part_visitor(request: HttpRequest, pk: int, visitor: int) -> HttpResponse:
    """Part a visitor from a person whose visits they are not."""
    get_object_or_404(PEOPLE.reachable(actor_of(request)), pk=pk)
    back = reverse("person-identity", args=[pk])
    done = _("What this visitor did is a stranger’s again.")
    arguments = {"person_id": pk, "visitor_id": visitor}
    return act_now(request, Act("part_visitor", _("Part the visitor"), done, back, arguments, back))


def _shows_visitors(kind: Kind, actor: Actor) -> bool:
    return kind.party == PERSON and actor.allows("visits.view")


def _visitors(one: Any, people: list[Any]) -> list[dict[str, Any]]:
    """Whose visits count as theirs, and the way to part each."""
    found = joined_visitors(people)
    users = User.objects.in_bulk({visitor.by_user for visitor in found if visitor.by_user})
    words = {"user_id": _("User id %(value)s"), "anonymous_id": _("Browser %(value)s")}
    return [
        {
            "is": visitor,
            "name": words[visitor.kind] % {"value": visitor.value} if visitor.kind else _("A visitor"),
            "who": str(users[visitor.by_user].name) if visitor.by_user in users else _("a site told it"),
            "part": reverse("part-visitor", args=[one.pk, visitor.subject]),
        }
        for visitor in found
    ]


def _known(kind: Kind, pk: int) -> list[Any]:
    model, holder = (Identifier, "person") if kind.party == PERSON else (AccountIdentifier, "account")
    rows = model._default_manager.filter(**{holder: pk}).select_related("came_with")
    return list(rows.order_by("kind", "value")[:SHOWN])


def _joined(kind: Kind, merges: list[Merge], rows: dict[int, Any], pk: int, *, may: bool) -> list[Joined]:
    users = User.objects.in_bulk({merge.actor_id for merge in merges if merge.actor_kind == "user"})
    counted = MergedRow.objects.filter(merge__in=merges).values_list("merge_id", "came_later")
    rows_of = {(merge_id, later): count for merge_id, later, count in counted.annotate(n=Count("pk"))}
    told = []
    for merge in merges:
        moved, later = (rows_of.get((merge.pk, came_later), 0) for came_later in (False, True))
        direct = may and merge.kept_id == pk
        href = reverse(f"part-{kind.of}", args=[pk, merge.lost_id]) if direct else ""
        who = str(users[merge.actor_id].name) if merge.actor_id in users else ""
        lost, into = rows[merge.lost_id], rows[merge.kept_id]
        address = getattr(lost, "email", "") or getattr(lost, "domain", "")
        told.append(Joined(lost, address, into, merge.at, who, moved, later, href))
    return told


def _journal(people: list[int]) -> list[dict[str, Any]]:
    events = IdentityEvent.objects.filter(person__in=people).select_related("person", "other")
    return [journal_line(event) for event in events.order_by("-at", "-pk")[:SHOWN]]
