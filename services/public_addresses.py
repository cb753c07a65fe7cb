"""Connections to addresses that strangers name: only to where anybody on the internet could go.

The name is looked up here, and the connection goes to the very address that was judged: a name that
answers with a public address first and a private one afterwards gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses of IPv6 that are another way of saying one of IPv4.
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))


class NotPublic(httpx.ConnectError):
    """The name leads to an address of somebody's own network, or to none."""


class PublicOnly(httpx.HTTPTransport):
    """Connects to public addresses, and where `loopback` says so to this machine.

    No connection is kept: two names at one address must not share what was encrypted for one.
    """

    def __init__(self, *, loopback: bool) -> None:
        super().__init__(limits=httpx.Limits(max_connections=20, max_keepalive_connections=0))
        self._loopback = loopback

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host
        address = resolve(name, request.url.port or 443, loopback=self._loopback)
        # The certificate is still that of the name.
        request.extensions = {**request.extensions, "sni_hostname": name}
        request.url = request.url.copy_with(host=address)
        return super().handle_request(request)


def resolve(name: str, port: int, *, loopback: bool) -> str:
    """Return an address of a name. Raises NotPublic unless every one of them may be called."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotPublic("the name leads nowhere") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not all(may_call(each, loopback=loopback) for each in addresses):
        raise NotPublic("the name does not lead to a public address")
    return addresses[0]


def may_call(address: str, *, loopback: bool) -> bool:
    """Say whether an address is anybody's to call."""
    parsed: Address = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if any(parsed in network for network in _TRANSLATED):
            return False
        parsed = parsed.ipv4_mapped or parsed
    if parsed.is_loopback:
        return loopback
    return parsed.is_global and not parsed.is_multicast


def complaint(url: str, *, loopback: bool) -> str:
    """Say why an address cannot be a webhook's, as far as it shows in its writing; '' if it can."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "That is not a web address."
    if parts.scheme not in ("https", "http") or not host or port == 0:
        return "Enter an address that begins with https://."
    if parts.username or parts.password:
        return "Leave the name and password out: every call is signed instead."
    if parts.fragment or any(c.isspace() or not c.isprintable() for c in url):
        return "That is not a web address."
    try:
        here = ipaddress.ip_address(host).is_loopback
        if not may_call(host, loopback=loopback):
            return "That address is not on the public internet."
    except ValueError:
        here = host == "localhost" or host.endswith(".localhost")
        if here and not loopback:
            return "That address is not on the public internet."
    if parts.scheme == "http" and not (here and loopback):
        return "Enter an address that begins with https://: what visitors send is nobody else's."
    return ""
