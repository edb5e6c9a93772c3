"""Whose visits to the site a booking may belong to: told by a link, kept for an hour by the browser itself.

An address is copied and passed on; who books by the copy is somebody else. So the visitor's id is taken out
of it at once. The script tells it after consent alone, and else that there is none (docs/script.md).
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

NAME = "visitor"
_COOKIE, _SECONDS, _LONGEST = "isthmus_visitor", 3600, 100


def without_visitor(request: HttpRequest) -> HttpResponse | None:
    """The way on to the same address without the visitor's id, where one stands in it."""
    if NAME not in request.GET or request.method == "POST":
        return None
    rest = request.GET.copy()
    visitor = str(rest.pop(NAME)[-1])
    answer = HttpResponseRedirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)
    if 0 < len(visitor) <= _LONGEST:
        answer.set_signed_cookie(
            _COOKIE,
            visitor,
            max_age=_SECONDS,
            path=request.path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        forget(request, answer)
    return answer


def visitor_of(request: HttpRequest) -> str:
    """The id of the visitor whose browser this is; empty where none was told within the hour."""
    return request.get_signed_cookie(_COOKIE, default="", max_age=_SECONDS) or ""


def forget(request: HttpRequest, answer: HttpResponse) -> None:
    """Nobody is known any more: consent was taken back, or it is booked and somebody else may come."""
    answer.delete_cookie(_COOKIE, path=request.path, samesite="Lax")
