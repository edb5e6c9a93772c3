"""Background jobs: what runs, what failed for good, what comes next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.core.queue import queries
from isthmus.core.queue.holding import held_since
from isthmus.core.queue.models import JobState
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.settings.frame import show

HOME = "settings-jobs"
SHOWN = 50


@needs("jobs.manage")
def jobs(request: HttpRequest) -> HttpResponse:
    """The queue as it stands; the part that moves is fetched again every few seconds."""
    now = clock.now()
    context = {
        "held_since": held_since(),
        "health": queries.health(now),
        "running": queries.running_jobs()[:SHOWN],
        "dead": queries.dead_jobs()[:SHOWN],
        "waiting": queries.jobs(states=[JobState.READY]).order_by("run_at", "id")[:10],
        "schedules": queries.schedule_lines(now),
    }
    if request.htmx and request.GET.get("part") == "live":  # type: ignore[attr-defined]
        return render(request, "settings/jobs.html#live", context)
    return show(request, HOME, "settings/jobs.html", context)


@needs("jobs.manage")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Try a failed job again, drop it, or cancel one."""
    words = {
        "retry": ("retry_job", _("The job is in line again.")),
        "drop": ("drop_job", _("The job is dropped.")),
        "cancel": ("cancel_job", _("The job stops at its next safe place.")),
    }
    if name not in words:
        raise Http404
    command, done = words[name]
    page = reverse(HOME)
    return act_now(request, Act(command, "", done, page, {"job_id": pk}, page))


@needs("jobs.manage")
@require_POST
def release(request: HttpRequest, which: str) -> HttpResponse:
    """Let go out what was held back after a restore: only the `new`, or `all`, what is older too."""
    if which not in ("new", "all"):
        raise Http404
    page = reverse(HOME)
    done = _("Mail and calls go out again.")
    return act_now(request, Act("release_jobs", "", done, page, {"also_old": which == "all"}, page))
