"""The link to a quote's own page. It is sealed in the row, so whoever may see the quote can show it again."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from isthmus.core.safekeeping import SafekeepingLost
from isthmus.sales.models import Quote
from isthmus.sales.quoting.standing import token_of


def public_link(quote: Quote, request: HttpRequest | None = None) -> str | None:
    """The address of the customer's page; None for a quote that never went out, or whose page was closed.

    Whole where the installation knows its own address (ISTHMUS_URL) or a request tells it, else the path.
    """
    path = public_path(quote)
    if path is None or settings.PUBLIC_URL or request is None:
        return path and settings.PUBLIC_URL + path
    return request.build_absolute_uri(path)


def public_path(quote: Quote) -> str | None:
    """The same without the server: `/q/…/`."""
    try:
        token = token_of(quote)
    except SafekeepingLost:  # Its key is gone: the page still opens, but nobody can be shown its address.
        return None
    return reverse("public_quote", args=[token]) if token else None
