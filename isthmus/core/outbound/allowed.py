"""What the operator lets be called within private networks: hosts by name, addresses and networks.

Only whoever runs the installation says it, in the environment; no user can.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NARROWEST_PREFIX = 8  # What is wider is no network of one's own.
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
# Where clouds tell a machine its own keys: nobody calls them, whatever an operator allows.
_NEVER = tuple(
    ipaddress.ip_address(one)
    for one in ("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "fd00:ec2::254")
)


@dataclass(frozen=True)
class Allowed:
    """One host by name, or one network; `plain`: also without encryption."""

    name: str = ""
    network: Network | None = None
    plain: bool = False

    def is_named(self, host: str) -> bool:
        """Whether a host as somebody typed it is this one."""
        if self.network is None:
            return host == self.name
        try:
            return _within(ipaddress.ip_address(host), self.network)
        except ValueError:
            return False


def read_allowed(text: str) -> tuple[Allowed, ...]:
    """What a setting says: `cloud.office.lan, 192.168.10.0/24, http://10.0.0.7`. Raises ValueError."""
    return tuple(_read(one.strip().lower()) for one in text.split(",") if one.strip())


def allows(entries: Sequence[Allowed], host: str, address: Address) -> bool:
    """Whether a private address may be called under this name.

    A network allows what lies in it under every name. A name allows only networks of one's own: never this
    machine, and never where a cloud tells its keys, should somebody turn the name there.
    """
    plain = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = plain or address
    if address in _NEVER:
        return False
    if any(one.network is not None and _within(address, one.network) for one in entries):
        return True
    named = any(one.network is None and one.is_named(host) for one in entries)
    return named and any(_within(address, net) for net in _PRIVATE)


def names(entries: Sequence[Allowed], host: str) -> bool:
    """Whether a host is allowed as it is typed, before anybody is asked where it lies."""
    return any(one.is_named(host) for one in entries)


def plainly(entries: Sequence[Allowed], host: str) -> bool:
    """Whether a host may be spoken to without encryption."""
    return any(one.plain and one.is_named(host) for one in entries)


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _read(text: str) -> Allowed:
    plain = text.startswith("http://")
    text = text.removeprefix("http://").strip("[]")
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        # Numbers that are no address would be names that nobody means.
        if not _NAME.fullmatch(text) or not re.search("[a-z]", text):
            raise ValueError(text) from None
        return Allowed(name=text, plain=plain)
    if network.prefixlen < NARROWEST_PREFIX:
        raise ValueError(text)
    return Allowed(network=network, plain=plain)
