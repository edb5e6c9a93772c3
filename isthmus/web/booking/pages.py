"""Booking pages in Settings: one's own and one's team's, with the link to give away."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.core.actors import Actor, Scope
from isthmus.meetings.booking.links import page_path
from isthmus.meetings.mailing.senders import sender_for
from isthmus.meetings.models import Booking, BookingPage
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.booking.page_forms import PageForm, form_values
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Company, Team

HOME = "settings-booking"
EDIT = "meetings.edit"


@needs(EDIT)
def pages(request: HttpRequest) -> HttpResponse:
    """The pages, open ones first, each with its link, its next bookings and what stands in its way."""
    actor = actor_of(request)
    rows = list(_rows(actor).select_related("owner", "team").order_by("-is_open", "title", "pk"))
    ahead = _ahead(rows)
    context = {
        "rows": [
            {
                "page": row,
                "link": request.build_absolute_uri(page_path(row)),
                "ahead": ahead.get(row.pk, 0),
                "trouble": _trouble(row),
                "mine": may_change(row, actor),
            }
            for row in rows
        ]
    }
    return show(request, HOME, "booking/pages.html", context)


@needs(EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """A new page, open at once."""
    back = reverse(HOME)
    act = Act(
        "add_booking_page", _("New booking page"), _("The page is open."), back, {}, back, verb=_("Open it")
    )
    company = Company.current()
    initial = {
        "time_zone": company.time_zone,
        "holidays": company.holidays_country,
        **{f"hours_{day}": "-".join(given) for day, given in company.hours.items()},
    }
    form = PageForm(sent(request), initial=initial, teams=_teams(actor_of(request)))
    return act_by_form(request, act, form)


@needs(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another length, other hours, other words."""
    row = _row(request, pk)
    back = reverse(HOME)
    act = Act(
        "edit_booking_page",
        _("Change the booking page"),
        _("Changed."),
        back,
        {"page_id": pk},
        back,
        verb=_("Save"),
    )
    form = PageForm(sent(request), initial=form_values(row), is_new=False)
    return act_by_form(request, act, form)


@require_POST
@needs(EDIT)
def switch(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Open or close a page."""
    if name not in ("open", "close"):
        raise Http404
    _row(request, pk)
    back = reverse(HOME)
    done = _("The page is open.") if name == "open" else _("The page is closed. What is booked stands.")
    act = Act("open_booking_page", "", done, back, {"page_id": pk, "is_open": name == "open"}, back)
    return act_now(request, act)


def may_change(page: BookingPage, actor: Actor) -> bool:
    """Whether a page is an actor's to change: a team's only where their right reaches the team."""
    return not page.is_shared or actor.scope(EDIT) is not Scope.OWN


def _rows(actor: Actor) -> Any:
    return BookingPage.objects.visible_to(actor, EDIT)


def _row(request: HttpRequest, pk: int) -> BookingPage:
    actor = actor_of(request)
    row: BookingPage = get_object_or_404(_rows(actor), pk=pk)
    if not may_change(row, actor):
        raise Http404
    return row


def _teams(actor: Actor) -> Sequence[tuple[int, str]]:
    scope = actor.scope(EDIT)
    if scope is None or scope is Scope.OWN:
        return ()
    rows = Team.objects.order_by("name")
    if scope is Scope.TEAM:
        rows = rows.filter(pk__in=actor.team_ids)
    return list(rows.values_list("pk", "name"))


def _ahead(rows: Sequence[BookingPage]) -> dict[int, int]:
    standing = Booking.objects.filter(
        page__in=[row.pk for row in rows],
        meeting__starts_at__gte=clock.now(),
        meeting__state__in=("tentative", "confirmed"),
    )
    return dict(standing.order_by().values_list("page").annotate(number=Count("pk")))


def _trouble(page: BookingPage) -> str:
    """Why guests find nothing here, or get no mail."""
    if page.owner is not None:
        sender = sender_for(page.owner)
        if isinstance(sender, str):
            return _("Guests get no mail: %s") % sender
    return ""
