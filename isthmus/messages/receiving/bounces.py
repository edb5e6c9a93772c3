"""Mails that tell that another did not arrive: whose, and whether for good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,510}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Bounce:
    """Addresses that a mail did not reach, for good or for now, and the ids of mails that it speaks of."""

    permanent: tuple[str, ...]
    temporary: tuple[str, ...]
    originals: tuple[str, ...]


def bounce_of(mail: Message) -> Bounce | None:
    """What a mail tells of another that did not arrive; None when it is no such mail."""
    from flufl.bounce import all_failures

    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # Its detectors read whatever strangers send.
        return None
    if not temporary and not permanent:
        return None
    return Bounce(
        tuple(sorted(_text(one) for one in permanent)),
        tuple(sorted(_text(one) for one in temporary)),
        tuple(dict.fromkeys(_originals(mail))),
    )


def _text(address: bytes | str) -> str:
    plain = address.decode("utf-8", "replace") if isinstance(address, bytes) else address
    return plain.strip().lower()


def _originals(mail: Message) -> Iterator[str]:
    """The ids of the mails that are quoted in it, whole or by their heads alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inside = part.get_payload()
            for one in inside if isinstance(inside, list) else []:
                if not isinstance(one, Message):
                    continue
                yield from _ID.findall(f"message-id: {one.get('Message-ID', '')}")
        elif kind in ("text/rfc822-headers", "text/plain"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _ID.findall(content[:200_000].decode("utf-8", "replace"))
