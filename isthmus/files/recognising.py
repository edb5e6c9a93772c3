"""What a file is, by its first bytes. Its name only tells apart what looks alike from outside."""

from pathlib import PurePath

HEAD = 4096  # bytes that are looked at
PLAIN, UNKNOWN = "text/plain", "application/octet-stream"
# What a browser may show by itself: pictures and documents in which no script of ours or theirs runs.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_PACKED = {
    ".docx": f"{_OPEN_XML}wordprocessingml.document",
    ".xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    ".pptx": f"{_OPEN_XML}presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}


def type_of(head: bytes, name: str) -> str:
    """The type of a file from its first bytes. What may hold scripts is plain text here."""
    for beginning, type_ in _BEGINNINGS:
        if head.startswith(beginning):
            return type_
    suffix = PurePath(name).suffix.lower()
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _PACKED.get(suffix, "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLD_OFFICE.get(suffix, UNKNOWN)
    if _is_text(head):
        return "text/csv" if suffix == ".csv" else PLAIN
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        # The last letter may be cut in the middle.
        text = head.decode("utf-8") if len(head) < HEAD else head[:-3].decode("utf-8", "ignore")
    except UnicodeDecodeError:
        return False
    return "\0" not in text
