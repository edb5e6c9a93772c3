"""What somebody should know: their own notifications, and how many are new for the bell."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import go
from isthmus.web.records import record_address
from isthmus.workspace.commands import mark_notifications_read
from isthmus.workspace.models import Notification, User
from isthmus.workspace.notices import Told, with_records

SHOWN = 100
BELL_CAP = 99


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """One's notifications, the latest first."""
    assert isinstance(request.user, User)
    found = Notification.objects.filter(user=request.user).order_by("-at", "-pk")[:SHOWN]
    told = with_records(found, actor_of(request))
    rows = [{"notice": one.notice, "text": sentence_of(one), "path": path_of(one)} for one in told]
    context = {"rows": rows, "new": sum(one.notice.read_at is None for one in told)}
    return render(request, "settings/notifications.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse | HttpResponseRedirect:
    """All of them are read."""
    assert isinstance(request.user, User)
    mark_notifications_read(user=request.user, at=clock.now())
    return go(request, reverse("notifications"))


def sentence_of(told: Told) -> str:
    """What a notification says, with the name of its record where that may be seen."""
    if told.record is None:
        return told.notice.text
    name = str(told.record) or _("Nameless")
    return _("%(what)s: %(record)s") % {"what": told.notice.text, "record": name}


def path_of(told: Told) -> str:
    """The page that a notification opens; empty where its record is gone or may not be seen any more."""
    if told.notice.record_kind:
        return record_address(told.notice.record_kind, told.notice.record_id) if told.record else ""
    return told.notice.path


def unread_count(user: User) -> int:
    """How many notifications are new, for the bell; counted no further than it shows."""
    unread = Notification.objects.filter(user=user, read_at=None).values_list("pk", flat=True)
    return len(unread[: BELL_CAP + 1])
