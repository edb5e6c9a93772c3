"""The page Forecast, and having it made anew."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core.queue.models import Job, JobState
from isthmus.insight.chances import latest_report
from isthmus.insight.models import ForecastReport
from isthmus.insight.tasks import CHANCES, TASK
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.forecast.chances import page_of as chance_page_of
from isthmus.web.forecast.page import page_of
from isthmus.web.pieces import Choice


@needs("deals.view")
def forecast(request: HttpRequest) -> HttpResponse:
    """The latest forecast of the month or the quarter, as far as the reader's deals reach."""
    actor = actor_of(request)
    length = "quarter" if request.GET.get("length") == "quarter" else "month"
    report = ForecastReport.objects.filter(length=length).order_by("-made_at").first()
    running = (
        Job.objects.filter(name=TASK, state__in=[JobState.READY, JobState.RUNNING]).order_by("pk").first()
    )
    context = {
        "length": length,
        "tabs": [
            Choice(_("This month"), "?length=month", length == "month"),
            Choice(_("This quarter"), "?length=quarter", length == "quarter"),
            Choice(_("Which deals"), reverse("chances")),
        ],
        "report": report,
        "page": page_of(report, actor) if report else None,
        "running": running,
        "may_make": actor.allows("forecast.make"),
    }
    return render(request, "forecast/forecast.html", context)


@needs("deals.view")
def chances(request: HttpRequest) -> HttpResponse:
    """Whether anything tells which deals will be won; if so, the chances of the reader's open ones."""
    actor = actor_of(request)
    report = latest_report()
    context = {
        "report": report,
        "page": chance_page_of(report, actor) if report else None,
        "running": Job.objects.filter(name=CHANCES, state__in=[JobState.READY, JobState.RUNNING]).exists(),
        "may_make": actor.allows("forecast.make"),
    }
    return render(request, "forecast/chances.html", context)


@needs("forecast.make")
@require_POST
def anew(request: HttpRequest) -> HttpResponse:
    """Have it made now."""
    back = reverse("chances" if request.POST.get("back") == "chances" else "forecast")
    done = _("The forecast is being made. Reload the page in a moment.")
    return act_now(request, Act("make_forecast", _("Make the forecast anew"), done, back, {}, back))
