"""The addresses of the API; anything else below them is answered in its shape too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _

from isthmus.api.answers import error, not_found
from isthmus.api.building import API


def _in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def shaped(request: HttpRequest, *arguments: Any, **names: Any) -> HttpResponse:
        response = view(request, *arguments, **names)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = response["Allow"]
        message = _("This address takes %(methods)s.") % {"methods": allowed}
        shown = error(405, "method_not_allowed", message)
        shown["Allow"] = allowed
        return shown

    return shaped


_patterns, _app, _namespace = API.urls
for _pattern in _patterns:
    assert isinstance(_pattern, URLPattern)
    _pattern.callback = _in_one_shape(_pattern.callback)

urlpatterns = [
    path("v1/", (_patterns, _app, _namespace)),
    re_path(r"", not_found),
]
