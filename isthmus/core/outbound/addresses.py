"""Which addresses may be called: read from what somebody typed, resolved once, every answer judged."""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.outbound.allowed import allows, names, plainly
from isthmus.core.refusals import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 500
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_OPEN = ipaddress.ip_network("2000::/3")  # All of IPv6 that is given to the open internet.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Kept apart by IANA's registries of special addresses; written out, as what Python knows of them has changed.
_APART = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "3fff::/20",
        "168.63.129.16/32",  # Public by number, but answered by the cloud that the machine stands in.
    )
)  # fmt: skip
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class AddressRefused(Refusal):
    """An address that this program does not call."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: the host as the certificate must name it, the port, the path with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_local(self) -> bool:
        """Whether it names this very machine, which only a test installation calls."""
        return self.host in _LOCAL_NAMES

    @property
    def may_be_plain(self) -> bool:
        """Whether the operator lets it be spoken to without encryption."""
        return plainly(settings.OUTBOUND_ALLOWED, self.host)

    @property
    def netloc(self) -> str:
        """As the header Host says it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.scheme == "https" else 80)
        return name if usual else f"{name}:{self.port}"


def read_address(url: str) -> Target:
    """What an address says, without asking anybody. Raises AddressRefused with what is wrong about it."""
    if not url or len(url) > LONGEST or _CONTROL.search(url):
        raise AddressRefused(
            _("This is no address that can be called. Write it like https://example.com/in.")
        )
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _plain_host(parts.hostname or "")
    except ValueError:
        raise AddressRefused(
            _("This is no address that can be called. Write it like https://example.com/in.")
        ) from None
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("An address holds no name and password. Take them out of it."))
    if not host or parts.scheme not in ("https", "http") or port == 0:
        raise AddressRefused(
            _("This is no address that can be called. Write it like https://example.com/in.")
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise AddressRefused(_("Write what follows the host in ASCII, other letters as %XX."))
    target = Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)
    if target.is_local and settings.OUTBOUND_TO_THIS_MACHINE:
        return target
    if target.scheme != "https" and not target.may_be_plain:
        raise AddressRefused(
            _("Only addresses that begin with https:// are called: all else can be read on the way.")
        )
    _refuse_number(host)
    return target


def read_server(host: str, port: int) -> Target:
    """A server that is spoken to otherwise than by HTTP, without asking anybody. Raises AddressRefused."""
    said = _("This is no name of a server. Write it like mail.example.com.")
    try:
        name = _plain_host(host.strip())
    except (ValueError, UnicodeError):
        raise AddressRefused(said) from None
    if not re.fullmatch(r"[a-z0-9.:-]{1,253}", name) or not 0 < port < 65_536:
        raise AddressRefused(said)
    target = Target("", name, port, "")
    if not (target.is_local and settings.OUTBOUND_TO_THIS_MACHINE):
        _refuse_number(name)
    return target


def resolve(target: Target) -> Sequence[Address]:
    """Where a target lies, asked once. Raises AddressRefused when any answer is not for others to call.

    Raises OSError when nobody knows the name.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if target.is_local and settings.OUTBOUND_TO_THIS_MACHINE:
        return [one for one in addresses if one.is_loopback]
    if not addresses or not all(_may_be_called(target.host, one) for one in addresses):
        raise _not_public(target.host)
    return list(dict.fromkeys(addresses))


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet; of one that carries another, where that goes."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _OPEN:
            return False
    return not any(address in net for net in _APART)


def _plain_host(host: str) -> str:
    """The host in ASCII. Raises ValueError."""
    if "%" in host:
        raise ValueError(host)  # A scope of the local network.
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    return host.encode("idna").decode("ascii").lower().rstrip(".")


def _refuse_number(host: str) -> None:
    """Refuse at once, before it is kept, what needs no look-up to be judged: also 0x7f.1 and 2130706433."""
    if names(settings.OUTBOUND_ALLOWED, host):
        return
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise _not_public(host)
    address: Address
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return
    if not _may_be_called(host, address):
        raise _not_public(host)


def _may_be_called(host: str, address: Address) -> bool:
    return is_public(address) or allows(settings.OUTBOUND_ALLOWED, host, address)


def _not_public(host: str) -> AddressRefused:
    return AddressRefused(
        _(
            "%(host)s lies within a private network or on this machine. Only addresses of the open internet "
            "are called. If it is a server of your own, ask whoever runs this installation to allow it: "
            "ISTHMUS_OUTBOUND_ALLOWED=%(host)s"
        )
        % {"host": host}
    )
