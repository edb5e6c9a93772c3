"""Any list as a file, by its name and the file's form."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from isthmus.web.access import actor_of
from isthmus.web.lists import exporting, views
from isthmus.web.lists.every import LISTS


@login_required
def export(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The list as CSV, an Excel workbook or Parquet."""
    spec = LISTS.get(name)
    if spec is None or form not in exporting.FORMS:
        raise Http404
    if not actor_of(request).allows(spec.permission):
        raise PermissionDenied
    return views.export(request, spec, form)
