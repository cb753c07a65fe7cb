"""Where strangers may send us: anywhere on the internet, and nowhere else."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest

from services import egress, public_addresses
from services.public_addresses import NotPublic, PublicOnly, complaint, may_call, resolve


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_may_be_called(address: str) -> None:
    assert may_call(address, loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "fe80::1", "fd00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::1", "2001:db8::1", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_no_other_address_is_anybodys_to_call(address: str) -> None:
    assert not may_call(address, loopback=False)


def test_this_machine_may_be_called_where_the_app_serves_nobody_else() -> None:
    assert may_call("127.0.0.1", loopback=True) and may_call("::1", loopback=True)
    assert not may_call("10.0.0.1", loopback=True)
    assert not may_call("169.254.169.254", loopback=True)


def answers(*addresses: str) -> Any:
    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

    return getaddrinfo


def test_one_private_address_among_public_ones_is_one_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public_addresses.socket, "getaddrinfo", answers("93.184.216.34"))
    assert resolve("example.com", 443, loopback=False) == "93.184.216.34"
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))
    with pytest.raises(NotPublic):
        resolve("example.com", 443, loopback=False)
    monkeypatch.setattr(socket, "getaddrinfo", answers())
    with pytest.raises(NotPublic):
        resolve("example.com", 443, loopback=False)


def test_the_connection_goes_to_the_address_that_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second look at the name, which could then lead elsewhere, never happens."""
    seen: list[httpx.Request] = []

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34"))
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    with httpx.Client(transport=PublicOnly(loopback=False)) as client:
        client.post("https://hooks.example:8443/x", content=b"{}")
    (request,) = seen
    assert request.url.host == "93.184.216.34" and request.url.port == 8443
    assert request.headers["Host"] == "hooks.example:8443"
    assert request.extensions["sni_hostname"] == "hooks.example"


def test_what_leads_nowhere_public_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("10.0.0.1"))
    with pytest.raises(egress.NotSent):
        egress.call_stranger(
            "POST", "https://inside.example/", headers={}, content=b"", deadline=1, max_bytes=10,
            loopback=False,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "loopback", "fine"),
    [
        ("https://example.com/hook?x=1", False, True),
        ("https://example.com:8443/", False, True),
        ("http://example.com/", False, False),
        ("http://127.0.0.1:9/", True, True),
        ("http://localhost:9/", True, True),
        ("https://localhost/", False, False),
        ("https://127.0.0.1/", False, False),
        ("https://[::1]/", False, False),
        ("https://example.com/#x", False, False),
        ("https://exa mple.com/", False, False),
        ("https://a:b@example.com/", False, False),
        ("javascript:alert(1)", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_judged_as_it_is_written(url: str, loopback: bool, fine: bool) -> None:
    assert (complaint(url, loopback=loopback) == "") is fine
