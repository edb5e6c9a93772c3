"""The overview page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """How revenue is going, where leads leak, what changed."""
    return render(request, "overview/overview.html")
