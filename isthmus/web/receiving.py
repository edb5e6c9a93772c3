"""Files on their way in: written to the data folder as they arrive, under names that the server makes."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from isthmus.core.refusals import InvalidInput, Refusal


class BrokenOff(Refusal):
    """Files did not arrive whole."""


class Ended(Protocol):
    """A file that is there whole."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def stored(self) -> str:
        """Its name here."""


class OnItsWay(Protocol):
    """A file that comes block by block; each step may raise a Refusal, and then nothing of it is left."""

    def write(self, block: bytes) -> None:
        """Add a block."""

    def end(self) -> Ended:
        """All is there."""

    def drop(self) -> None:
        """Take away what came, also when all did."""


Begin = Callable[[str], OnItsWay]


class ReceivedUpload(UploadedFile):  # type: ignore[type-arg]
    """A file that lies in the data folder; `stored` is its name there."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(io.BytesIO(), ended.name, "application/octet-stream", 0)
        self.stored = ended.stored


class Receiver(FileUploadHandler):
    """Writes what arrives to the data folder. What is refused is passed over to its end and noted."""

    def __init__(self, request: HttpRequest, begin: Begin, most: int) -> None:
        super().__init__(request)
        self.refusals: list[Refusal] = []
        self.broke_off = self._is_read = False
        self._begin, self._most = begin, most
        self._incoming: OnItsWay | None = None
        self._ended: list[OnItsWay] = []
        self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._count += 1
        self._incoming = None
        try:
            if self._count > self._most:
                told = _("Bring at most %(count)s files at once.") % {"count": self._most}
                raise InvalidInput({"files": told})
            self._incoming = self._begin(str(self.file_name))
        except Refusal as refusal:
            self._refuse(refusal)
            raise SkipFile from refusal

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A block of the file."""
        assert self._incoming is not None
        try:
            self._incoming.write(raw_data)
        except Refusal as refusal:
            self._refuse(refusal)
            raise SkipFile from refusal

    def file_complete(self, file_size: int) -> ReceivedUpload | None:
        """The file is whole."""
        if self._incoming is None:
            return None
        try:
            ended = self._incoming.end()
        except Refusal as refusal:
            self._refuse(refusal)
            return None
        self._ended.append(self._incoming)
        self._incoming = None
        return ReceivedUpload(ended)

    def upload_interrupted(self) -> None:
        """The last file did not come to its end: the browser went away, unless that file was refused."""
        if self._incoming is not None:
            self.drop_all()

    def upload_complete(self) -> None:
        """All that was sent is read."""
        self._is_read = True

    def drop_unread(self) -> None:
        """Take away what came where reading failed before its end."""
        if not self._is_read:
            self.drop_all()

    def drop_all(self) -> None:
        """Take away all that came: it broke off."""
        for one in [self._incoming, *self._ended]:
            if one is not None:
                one.drop()
        self._incoming, self._ended = None, []
        self.broke_off = True

    def _refuse(self, refusal: Refusal) -> None:
        if str(refusal) not in {str(one) for one in self.refusals}:
            self.refusals.append(refusal)
        self._incoming = None


def receives(
    begin: Begin, most: Callable[[], int]
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Have a view's files written to the data folder. It stands below `needs`: strangers send nothing."""

    def guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            receiver = Receiver(request, begin, most())
            request.upload_handlers = [receiver]
            try:
                return protected(request, *args, **kwargs)
            finally:
                receiver.drop_unread()

        return receiving

    return guard


def received(request: HttpRequest) -> tuple[list[dict[str, str]], list[Refusal]]:
    """The files of a request, as commands take them, and why others were refused."""
    found = [one for one in request.FILES.getlist("files") if isinstance(one, ReceivedUpload)]
    receiver = request.upload_handlers[0]
    assert isinstance(receiver, Receiver)
    if receiver.broke_off:
        return [], [BrokenOff(_("The files broke off on their way. Bring them again."))]
    return [{"name": str(one.name), "stored": one.stored} for one in found], receiver.refusals
