"""Every way a host can fail us, against the real client: bounded, told apart, nothing leaked."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from services.vendors import api as calling
from services.vendors.api import Api
from services.vendors.errors import Garbled, Limited, Refused, Silent, VendorError
from tests.contracts.netlify import Netlify
from tests.contracts.wire import Answer

TOKEN = Netlify.token


class Sleeps(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture(scope="module")
def server() -> Iterator[Netlify]:
    with Netlify() as running:
        yield running


@pytest.fixture
def slept() -> Sleeps:
    return Sleeps()


@pytest.fixture
def api(server: Netlify, slept: Sleeps) -> Iterator[Api]:
    server.log.clear()
    yield Api("Netlify", server.url, TOKEN, sleep=slept)
    server.assert_clean()


# Ten megabytes in ten kilobytes: nothing is unpacked, whatever the host says of it.
GZIP_BOMB = gzip.compress(b"[" * 10_000_000, mtime=0)


def limited(**headers: str) -> Answer:
    return Answer(429, {"code": 429, "message": "Too many"}, headers)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "7"}, 7, 7.5),
        ({"Retry-After": "-5"}, 0, 0.5),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, 0.5),
        ({}, 0, 1.0),
    ],
)
def test_a_limit_is_waited_for_as_long_as_asked(server, api, slept, headers, least, most) -> None:
    server.fault("getCurrentUser", limited(**headers))
    assert api.get("/user").status == 200
    assert least <= slept[0] <= most


def test_githubs_secondary_limit_is_a_limit_and_no_refusal(server, api, slept, monkeypatch) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(calling, "time", SimpleNamespace(monotonic=lambda: clock.now))

    def pass_time(seconds: float) -> None:
        slept(seconds)
        clock.now += seconds

    api.sleep = pass_time
    said = {"code": 403, "message": "You have exceeded a secondary rate limit."}
    server.fault("getCurrentUser", Answer(403, said))
    assert api.get("/user").status == 200
    # It names no time: a minute at least.
    assert 60 <= sum(slept) < 62


def test_nobody_waits_for_a_year(server, api, slept) -> None:
    server.fault("getCurrentUser", limited(**{"Retry-After": "31536000"}))
    with pytest.raises(Limited) as told:
        api.get("/user")
    assert told.value.seconds >= 31536000
    assert len(server.log) == 1


def test_a_limit_that_never_ends_is_given_up(server, api, slept) -> None:
    server.fault("getCurrentUser", *[limited(**{"Retry-After": "0"})] * 5)
    with pytest.raises(Refused):
        api.get("/user")
    assert len(server.log) == 5


def test_an_exhausted_limit_stops_the_next_call_before_it_is_sent(server, api, slept) -> None:
    import time

    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 20)}
    server.fault("getCurrentUser", Answer(200, {"id": "x"}, headers))
    api.get("/user")
    api.sleep = _stop
    with pytest.raises(_Stopped):
        api.get("/user")
    assert len(server.log) == 1


class _Stopped(Exception):
    pass


def _stop(seconds: float) -> None:
    assert 10 < seconds < 21
    raise _Stopped


@pytest.mark.parametrize("fault", [Answer(500, {"message": "x"}), Answer(503), "drop"], ids=str)
def test_what_may_be_repeated_is_and_what_may_not_is_not(server, api, fault) -> None:
    server.fault("getCurrentUser", fault)
    assert api.get("/user").status == 200
    server.log.clear()
    server.fault("createSite", fault)
    with pytest.raises(VendorError):
        api.call("POST", "/sites", body={"name": "once"})
    assert server.order() == ["createSite"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_never_repeated(server, api, slept, status: int) -> None:
    said = f"\x1b[31m<b>no</b> {TOKEN} ghp_secretsecret"
    server.fault("getCurrentUser", Answer(status, {"code": status, "message": said}))
    with pytest.raises(Refused) as refusal:
        api.get("/user")
    assert (refusal.value.status, slept) == (status, [])
    assert TOKEN not in str(refusal.value) and "ghp_" not in str(refusal.value)
    assert "<" not in refusal.value.message and "\x1b" not in refusal.value.message


@pytest.mark.parametrize(
    "body",
    [b"<html>hi</html>", b"", b"[1, 2", b"null", b'{"id": 7}', b"[" * 100_000, GZIP_BOMB],
    ids=lambda body: body[:12].hex(),
)
def test_nonsense_is_told_apart(server, api, body: bytes) -> None:
    from services.vendors.api import value

    server.fault("getCurrentUser", body)
    with pytest.raises(Garbled):
        value(api.get("/user").data, "id", str)


def test_no_answer_and_a_dripping_answer_end_in_time(server, api) -> None:
    for how in ("hang", "drip"):
        server.fault("getCurrentUser", *[how] * 5)
        with pytest.raises(Silent):
            api.call("GET", "/user", deadline=0.4)


def test_an_endless_answer_is_cut(server, api) -> None:
    server.fault("getCurrentUser", *[b"x" * 1_100_000] * 5)
    with pytest.raises(Silent, match="larger"):
        api.get("/user")


def test_a_redirect_is_not_followed_and_the_token_stays(server, api) -> None:
    with Netlify() as evil:
        headers = {"Location": f"{evil.url}/user"}
        server.fault("getCurrentUser", Answer(302, {"message": "there"}, headers))
        with pytest.raises(Refused) as refusal:
            api.get("/user")
        assert refusal.value.status == 302
        assert evil.log == []


def test_bytes_that_changed_since_they_were_hashed_are_never_sent_whole(tmp_path) -> None:
    from services.deployments.blobs import BlobStore
    from services.deployments.failures import PublishFailure
    from services.deployments.hosts import listing

    blobs = BlobStore(tmp_path)
    digest, _ = blobs.put(b"as it was")
    (entry,) = listing.entries({"a.txt": digest}, blobs, most=10, most_bytes=100)
    assert entry.sha == hashlib.sha1(b"as it was", usedforsecurity=False).hexdigest()
    blobs.path(digest).write_bytes(b"otherwise")
    with pytest.raises(PublishFailure, match=r"a\.txt was changed"):
        list(listing.content(entry, blobs)())
    for files, words in (({}, "nothing"), ({"a": digest, "b": digest}, "at most 1")):
        with pytest.raises(PublishFailure, match=words):
            listing.entries(files, blobs, most=1, most_bytes=100)
