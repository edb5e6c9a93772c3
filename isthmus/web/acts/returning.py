"""Where a form goes back to: the page that it was opened from, never another site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back_of(request: HttpRequest, usual: str) -> str:
    """The address in `back`, of the form or of the query; the usual one where there is none to be trusted."""
    back = request.POST.get("back", "") or request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return usual
