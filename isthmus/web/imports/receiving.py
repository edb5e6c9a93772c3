"""Files of imports on their way in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.imports.uploads import Incoming, received_path
from isthmus.web.receiving import received, receives

receives_files = receives(Incoming, lambda: int(settings.IMPORT_FILES_AT_ONCE))


def received_files(request: HttpRequest) -> list[dict[str, str]]:
    """The files of a request, as commands take them. Raises the first refusal, and then keeps none."""
    files, refusals = received(request)
    if refusals:
        drop_received(files)
        raise refusals[0]
    if not files:
        raise InvalidInput({"files": _("Choose at least one file.")})
    return files


def drop_received(files: list[dict[str, str]]) -> None:
    """Take away files that lead to no import."""
    for file in files:
        received_path(file["stored"]).unlink(missing_ok=True)
