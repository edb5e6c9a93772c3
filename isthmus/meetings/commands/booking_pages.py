"""Booking pages: made, changed, opened and closed."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.meetings import rules
from isthmus.meetings.models import BookingPage
from isthmus.meetings.slots import read_hours
from isthmus.workspace.models import Company, Team, User

EDIT = "meetings.edit"
MOST_QUESTIONS = 8
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
_BOUNDS = {
    "minutes": (5, 480),
    "step": (5, 480),
    "before": (0, 240),
    "after": (0, 240),
    "notice_hours": (0, 720),
    "horizon_days": (1, 180),
    "change_hours": (0, 720),
    "day_limit": (1, 50),
}


@command(
    permission=EDIT,
    label=gettext_lazy("Make a booking page"),
    trade="sales",
    undo="open_booking_page",
    undo_arguments=lambda page, _given: {"page_id": page.pk, "is_open": False},
)
def add_booking_page(
    *,
    title: str,
    by: Actor,
    at: datetime,
    slug: str = "",
    team_id: int | None = None,
    text: str = "",
    minutes: int = 30,
    step: int = 30,
    before: int = 0,
    after: int = 0,
    notice_hours: int = 4,
    horizon_days: int = 60,
    day_limit: int | None = None,
    change_hours: int = 4,
    hours: dict[str, list[list[str]]] | None = None,
    time_zone: str = "",
    holidays: str | None = None,
    place: str = "",
    questions: list[dict[str, Any]] | None = None,
    reminds: bool = True,
    framed_by: str = "",
    owner_id: int | None = None,
) -> BookingPage:
    """Make a page on which guests book a time: with oneself, or with whoever's turn it is in a team."""
    given = {
        name: value for name, value in locals().items() if name not in ("by", "at", "owner_id", "team_id")
    }
    company = Company.current()
    owner, team = _whose(owner_id, team_id, by)
    page = BookingPage(owner=owner, team=team, made_at=at)
    given["slug"] = slug or _free_slug(title)
    given["time_zone"] = time_zone or company.time_zone
    given["holidays"] = company.holidays_country if holidays is None else holidays
    given |= {"hours": hours or {}, "questions": questions or []}
    _change(page, given)
    with transaction.atomic():
        page.save()
    _record("booking_page.made", page, by, at)
    return page


@command(permission=EDIT, label=gettext_lazy("Change a booking page"), trade="sales")
def edit_booking_page(
    *,
    page_id: int,
    by: Actor,
    at: datetime,
    title: str | None = None,
    slug: str | None = None,
    text: str | None = None,
    minutes: int | None = None,
    step: int | None = None,
    before: int | None = None,
    after: int | None = None,
    notice_hours: int | None = None,
    horizon_days: int | None = None,
    day_limit: int | None = None,
    change_hours: int | None = None,
    hours: dict[str, list[list[str]]] | None = None,
    time_zone: str | None = None,
    holidays: str | None = None,
    place: str | None = None,
    questions: list[dict[str, Any]] | None = None,
    reminds: bool | None = None,
    framed_by: str | None = None,
) -> BookingPage:
    """Change what a page offers. What is booked already stays as it is. A day limit of 0 is none."""
    given = {name: value for name, value in locals().items() if name not in ("by", "at", "page_id")}
    page = locked_page(page_id, by)
    _change(page, {name: value for name, value in given.items() if value is not None})
    page.save()
    _record("booking_page.changed", page, by, at)
    return page


@command(
    permission=EDIT,
    label=gettext_lazy("Open or close a booking page"),
    trade="sales",
    undo="open_booking_page",
    undo_arguments=lambda page, given: {"page_id": page.pk, "is_open": not given["is_open"]},
)
def open_booking_page(*, page_id: int, is_open: bool, by: Actor, at: datetime) -> BookingPage:
    """Open a page to guests or close it. Who booked already can still move and cancel."""
    page = locked_page(page_id, by)
    page.is_open, page.updated_at = is_open, written_now()
    page.version += 1
    page.save(update_fields=["is_open", "updated_at", "version"])
    _record("booking_page.opened" if is_open else "booking_page.closed", page, by, at)
    return page


def locked_page(page_id: int, by: Actor) -> BookingPage:
    """A page that the actor may change, locked. Raises NotFound."""
    rows = BookingPage.objects.visible_to(by, EDIT).select_for_update(of=("self",))
    page: BookingPage | None = rows.filter(pk=page_id).first()
    if page is None or (page.is_shared and by.scope(EDIT) is Scope.OWN):
        raise NotFound(_("There is no such booking page, or it is not yours to change."))
    return page


def _whose(owner_id: int | None, team_id: int | None, by: Actor) -> tuple[User | None, Team | None]:
    scope = by.scope(EDIT)
    if team_id is not None:
        reached = scope is Scope.ALL or (scope is Scope.TEAM and team_id in by.team_ids)
        team = Team.objects.filter(pk=team_id).first() if reached else None
        if team is None:
            raise NotFound(_("There is no such team, or your role does not reach it."))
        return None, team
    owner = User.objects.filter(pk=owner_id or by.id or 0, is_active=True).first()
    reached = owner is not None and (
        owner.pk == by.id or scope is Scope.ALL or (scope is Scope.TEAM and owner.team_id in by.team_ids)
    )
    if owner is None or not reached:
        raise NotFound(_("Say whose page it is: your own, or of somebody whom your role reaches."))
    return owner, owner.team


def _change(page: BookingPage, given: dict[str, Any]) -> None:
    """Set what is given after looking at it. Raises InvalidInput with a sentence for each bad field."""
    wrong: dict[str, Any] = {}
    if given.get("day_limit") == 0:
        given["day_limit"] = None
    for name, (least, most) in _BOUNDS.items():
        value = given.get(name)
        if value is not None and not least <= value <= most:
            wrong[name] = _("From %(least)d to %(most)d.") % {"least": least, "most": most}
    for name, look in _LOOKS.items():
        if name in given:
            try:
                given[name] = look(page, given[name])
            except InvalidInput as refused:
                wrong |= refused.errors
    if wrong:
        raise InvalidInput(wrong)
    for name, value in given.items():
        setattr(page, name, value)
    page.updated_at = written_now()
    page.version += 1 if page.pk else 0


def _title(_page: BookingPage, title: str) -> str:
    words = " ".join(title.split())
    if not words or len(words) > 120:
        raise InvalidInput({"title": _("Say what is booked, in 120 characters at the most.")})
    return words


def _slug(page: BookingPage, slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise InvalidInput({"slug": _("Three to sixty small letters, digits and hyphens, like first-look.")})
    if BookingPage.objects.filter(slug=slug).exclude(pk=page.pk).exists():
        raise InvalidInput({"slug": _("Another page has this address. Choose one that is free.")})
    return slug


def _free_slug(title: str) -> str:
    begin = slugify(title)[:50].strip("-")
    begin = begin if len(begin) >= 3 else "meeting"
    taken = set(BookingPage.objects.filter(slug__startswith=begin).values_list("slug", flat=True))
    return next(one for one in (begin, *(f"{begin}-{n}" for n in range(2, 10_000))) if one not in taken)


def _hours(_page: BookingPage, hours: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    try:
        read_hours(hours)
    except (ValueError, TypeError):
        said = _("Write hours like 09:00-12:00, 13:00-17:00: each ends after it begins, none meets another.")
        raise InvalidInput({"hours": said}) from None
    return {day: stretches for day, stretches in hours.items() if stretches}


def _zone(_page: BookingPage, time_zone: str) -> str:
    if not rules.is_zone(time_zone):
        raise InvalidInput({"time_zone": _("There is no such time zone. Write it like Europe/Stockholm.")})
    return time_zone


def _questions(_page: BookingPage, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for one in questions:
        label = " ".join(str(one.get("label", "")).split())
        if label:
            found.append({"label": label[:200], "required": bool(one.get("required"))})
    if len(found) > MOST_QUESTIONS or len({one["label"] for one in found}) != len(found):
        raise InvalidInput({"questions": _("At most eight questions, each once.")})
    return found


def _sites(_page: BookingPage, framed_by: str) -> str:
    sites = framed_by.split()
    for one in sites:
        parts = urlsplit(one)
        whole = f"{parts.scheme}://{parts.netloc}"
        if (
            parts.scheme not in ("https", "http")
            or not parts.netloc
            or one.rstrip("/") != whole
            or ";" in one
        ):
            raise InvalidInput(
                {"framed_by": _("Name sites like https://www.example.com, with spaces between.")}
            )
    return " ".join(one.rstrip("/") for one in sites)[:500]


_LOOKS: Mapping[str, Callable[[BookingPage, Any], Any]] = {
    "title": _title,
    "slug": _slug,
    "hours": _hours,
    "time_zone": _zone,
    "questions": _questions,
    "framed_by": _sites,
    "text": lambda _page, text: text.strip()[:2000],
    "place": lambda _page, place: " ".join(place.split())[:300],
    "holidays": lambda _page, country: country.strip().upper()[:10],
}


def _record(kind: str, page: BookingPage, by: Actor, at: datetime) -> None:
    told = {"page_id": page.pk}
    ledger.record(Fact(kind=kind, at=at, owner=page.owner_id, team=page.team_id, props=told), by=by)
