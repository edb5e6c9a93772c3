"""Gives each request its company, the zone of its reader and the reader's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from isthmus.workspace.models import Company
from isthmus.workspace.queries import zone_of


class CompanyMiddleware:
    """Sets `request.company`; while the request lasts, times are written in the reader's zone: that of
    their territory, else the company's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            request.company = SimpleLazyObject(Company.current)  # type: ignore[attr-defined]
            return self.get_response(request)
        request.company = Company.current()  # type: ignore[attr-defined]
        zone = zone_of(request.user, request.company)  # type: ignore[attr-defined]
        with timezone.override(zone), translation.override(request.user.locale):
            return self.get_response(request)
