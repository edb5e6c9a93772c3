"""Pages for what went wrong: each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request could not be read."""
    text = _("The page could not read what was sent. Go back, load the page again and repeat the step.")
    return _page(request, 400, _("That could not be read"), text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The reader may not do this."""
    text = _("Your role does not include this page. Ask an administrator of the company for access.")
    if isinstance(exception, Refusal):
        text = str(exception)
    return _page(request, 403, _("Not open to you"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page, or the reader may not see it: both look alike on purpose."""
    text = _(
        "There is nothing at this address, or you may not see it. Search for it above, or go to the overview."
    )
    return _page(request, 404, _("Nothing here"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page itself failed. It is drawn without the frame, which may be what failed."""
    return render(request, "errors/server_error.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent from another sign-in, or too late."""
    text = _("The form was opened in another sign-in. Go back, load the page again and send it once more.")
    return _page(request, 403, _("This form is out of date"), text)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return render(
        request,
        "errors/page.html",
        {
            "title": title,
            "text": text,
            "status": status,
            "base": "base.html" if signed_in else "base_plain.html",
        },
        status=status,
    )
