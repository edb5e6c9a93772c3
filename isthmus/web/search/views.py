"""The search page and the results under the palette's field."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Everything that matches, on a page of its own."""
    return render(request, "search/search.html", {"query": request.GET.get("q", "")})


@login_required
def results(request: HttpRequest) -> HttpResponse:
    """The first matches of each kind, for the palette."""
    return render(request, "search/search.html#results", {"query": request.GET.get("q", "")})
