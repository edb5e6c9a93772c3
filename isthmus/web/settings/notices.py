"""What somebody should know: their own notifications, and how many are new for the bell."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.web.acts.acting import go
from isthmus.workspace.commands import mark_notifications_read
from isthmus.workspace.models import Notification, User

SHOWN = 100
BELL_CAP = 99


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """One's notifications, the latest first."""
    assert isinstance(request.user, User)
    rows = list(Notification.objects.filter(user=request.user).order_by("-at", "-pk")[:SHOWN])
    context = {"rows": rows, "new": sum(row.read_at is None for row in rows)}
    return render(request, "settings/notifications.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse | HttpResponseRedirect:
    """All of them are read."""
    assert isinstance(request.user, User)
    mark_notifications_read(user=request.user, at=clock.now())
    return go(request, reverse("notifications"))


def unread_count(user: User) -> int:
    """How many notifications are new, for the bell; counted no further than it shows."""
    unread = Notification.objects.filter(user=user, read_at=None).values_list("pk", flat=True)
    return len(unread[: BELL_CAP + 1])
