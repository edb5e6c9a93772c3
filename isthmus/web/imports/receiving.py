"""Files on their way in: written to the data folder as they arrive, under names that the server makes."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.imports.uploads import Incoming, received_path


class ReceivedUpload(UploadedFile):  # type: ignore[type-arg]
    """A file that lies in the data folder; `stored` is its name there."""

    def __init__(self, incoming: Incoming) -> None:
        super().__init__(io.BytesIO(), incoming.name, "application/octet-stream", incoming.bytes)
        self.stored = incoming.stored


class Receiver(FileUploadHandler):
    """Writes what arrives to the data folder. What is refused is passed over to its end and noted."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.refusals: list[Refusal] = []
        self._incoming: Incoming | None = None
        self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._count += 1
        self._incoming = None
        try:
            if self._count > settings.IMPORT_FILES_AT_ONCE:
                raise InvalidInput(
                    {
                        "files": _("Bring at most %(count)s files at once.")
                        % {"count": settings.IMPORT_FILES_AT_ONCE}
                    }
                )
            self._incoming = Incoming(str(self.file_name))
        except Refusal as refusal:
            self._refuse(refusal)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A block of the file."""
        assert self._incoming is not None
        try:
            self._incoming.write(raw_data)
        except Refusal as refusal:
            self._refuse(refusal)

    def file_complete(self, file_size: int) -> ReceivedUpload | None:
        """The file is whole."""
        if self._incoming is None:
            return None
        self._incoming.close()
        return ReceivedUpload(self._incoming)

    def upload_interrupted(self) -> None:
        """The browser went away: what came so far goes too."""
        if self._incoming is not None:
            self._incoming.drop()

    def _refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        self._incoming = None
        raise SkipFile


def receives_files(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Have a view's files written to the data folder. It stands below `needs`: strangers send nothing."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [Receiver(request)]
        return protected(request, *args, **kwargs)

    return receiving


def received_files(request: HttpRequest) -> list[dict[str, str]]:
    """The files of a request, as commands take them. Raises the first refusal, and then keeps none."""
    found = [one for one in request.FILES.getlist("files") if isinstance(one, ReceivedUpload)]
    files = [{"name": str(one.name), "stored": one.stored} for one in found]
    receiver = request.upload_handlers[0]
    if isinstance(receiver, Receiver) and receiver.refusals:
        drop_received(files)
        raise receiver.refusals[0]
    if not files:
        raise InvalidInput({"files": _("Choose at least one file.")})
    return files


def drop_received(files: list[dict[str, str]]) -> None:
    """Take away files that lead to no import."""
    for file in files:
        received_path(file["stored"]).unlink(missing_ok=True)
