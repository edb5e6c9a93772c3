"""How telephone numbers are dialled: the company's link to its phone program, and a number put into it."""

import re
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput

PLACE = "{number}"
USUAL = f"tel:{PLACE}"
_PHONES = ("tel", "sip", "sips", "callto")
_LONGEST = 300
# What addresses are made of (RFC 3986), without quotes, brackets and blanks.
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&*+,;=%]+")


def checked_link(text: str) -> str:
    """A link with the place of the number in it, as it may stand on pages. Raises InvalidInput for others.

    Of a web address the number is no part of the server's name: it cannot lead elsewhere than it says.
    """
    link = text.strip() or USUAL
    scheme, _colon, rest = link.partition(":")
    if link.count(PLACE) != 1 or len(link) > _LONGEST:
        raise _wrong(_("Put {number} once where the number goes, like tel:{number}."))
    if not _WRITTEN.fullmatch(rest.replace(PLACE, "0")):
        raise _wrong(_("An address has no blanks, quotes or brackets in it, but for {number}."))
    if scheme == "https":
        try:
            parts = urlsplit(link)
            host, user = parts.hostname, parts.username
        except ValueError:
            host, user = None, None
        if not host or user is not None or PLACE in parts.netloc:
            raise _wrong(
                _("A web address names its server and then the number: https://dial.example/?to={number}.")
            )
    elif scheme not in _PHONES or rest.startswith("/"):
        raise _wrong(_("Begin with tel:, sip:, callto: or https:."))
    return link


def dialled(link: str, number: str) -> str:
    """The address that dials a number: its digits, and a plus where it has one."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
    plain = f"+{digits}" if number.lstrip().startswith("+") else digits
    return link.replace(PLACE, plain if link.startswith(("tel:", "callto:")) else quote(plain, safe=""))


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput({"call_link": sentence})
