"""Every address of the product, room by room."""

from django.urls import include, path

from isthmus.web import errors

ROOMS = (
    "health",
    "account",
    "overview",
    "explore",
    "search",
    "lists",
    "palette",
    "duplicates",
    "quality",
    "bulk",
    "comments",
    "files",
    "people",
    "accounts",
    "leads",
    "day",
    "sales",
    "meetings",
    "quotes.public",
    "quotes",
    "orders",
    "pipeline",
    "targets",
    "coaching",
    "money",
    "costs",
    "messages",
    "booking",
    "forecast",
    "imports",
    "settings",
    "territories",
    "collect",
    "automation",
    "acts",
)

urlpatterns = [
    path("api/", include("isthmus.api.urls")),
    *(path("", include(f"isthmus.web.{room}.urls")) for room in ROOMS),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
