"""Which hosts are whose: names and numbers, judged without asking anyone."""

from __future__ import annotations

import ipaddress

_LOOPBACK_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback"}
)

# The only IPv6 space that is handed out to the public.
# https://www.iana.org/assignments/ipv6-address-space
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")

# What `is_global` takes for public although it leads inside, elsewhere or nowhere.
# https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
_NOT_PUBLIC = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.IPv4Network("168.63.129.16/32"),  # the inside of a cloud, at a public number
    ipaddress.IPv6Network("2001::/23"),  # Teredo and other protocol assignments
    ipaddress.IPv6Network("2001:db8::/32"),  # documentation
    ipaddress.IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    ipaddress.IPv6Network("3fff::/20"),  # documentation
)


def allowed(address: str, *, loopback: bool) -> bool:
    """Whether a connection may be made to this numeric address.

    Public unicast only; with `loopback`, this machine too. What carries an IPv4 address
    inside (mapped, compatible, NAT64, 6to4, Teredo) is refused, whatever it carries.

    >>> allowed("8.8.8.8", loopback=False), allowed("::ffff:8.8.8.8", loopback=False)
    (True, False)
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if number.is_loopback:
        return loopback
    public = number.version == 4 or number in _PUBLIC_V6
    named = any(number in network for network in _NOT_PUBLIC)
    return public and number.is_global and not (named or number.is_multicast or number.is_reserved)


def is_loopback(host: str) -> bool:
    """Whether a host, by its name or number alone, is this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("localhost.example")
    (True, True, False)
    """
    name = host.strip("[]").rstrip(".").lower()
    if name in _LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    return is_number(name) and ipaddress.ip_address(name).is_loopback


def is_number(host: str) -> bool:
    """Whether a host is a numeric address in its full spelling."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
