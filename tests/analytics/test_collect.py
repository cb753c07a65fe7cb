"""CASES H through the real endpoint and database: what is counted, and what never is."""

from __future__ import annotations

import gzip
import json
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.analytics.visiting import CHROME, IPHONE, Shop, today
from tests.cast import Person
from tests.clock import MINUTE, far_from_the_end
from tests.deployments.press import wait_for


def test_a_visit_is_counted_by_everything_a_panel_shows(shop: Shop) -> None:
    view = {"referrer": "https://www.news.example/story?id=7", "utm": {"source": "letter"}}
    assert shop.send(view).status_code == 204
    second = {"path": shop.base + "about/", "referrer": shop.url}
    leave = {"kind": "leave", "path": shop.base, "seconds": 12.4, "depth": 80}
    event = {"kind": "event", "name": "Sign up", "properties": {"plan": "pro"}}
    outbound = {"kind": "outbound", "url": "https://else.example/x?token=1"}
    vitals = {"kind": "vitals", "vitals": {"lcp": 1200.5, "cls": 20}}
    assert shop.send(second, leave, event, outbound, vitals).status_code == 204
    assert shop.send({"kind": "not_found", "path": shop.base + "nope"}).status_code == 204
    assert shop.send(headers={"User-Agent": IPHONE}).status_code == 204

    told = shop.settled(3)
    assert told["totals"] == {"visitors": 2, "views": 3, "bounces": 1, "seconds": 12}
    assert told["live"] == 2
    panels = {
        name: {row["value"]: (row["visitors"], row["views"]) for row in rows}
        for name, rows in told["panels"].items()
        if name != "hour"
    }
    assert panels == {
        "path": {"/": (2, 2), "/about": (1, 1)},
        "entry": {"/": (2, 3)},
        "referrer": {"news.example": (1, 2), "": (1, 1)},
        "utm_source": {"letter": (1, 2)},
        "device": {"desktop": (1, 2), "mobile": (1, 1)},
        "browser": {"Chrome": (1, 2), "Safari": (1, 1)},
        "os": {"Linux": (1, 2), "iOS": (1, 1)},
        "country": {"": (2, 3)},
        "screen": {"large": (2, 3)},
        "event": {"Sign up": (1, 1)},
        "outbound": {"else.example/x": (1, 1)},
        "not_found": {"/nope": (1, 1)},
    }
    assert told["vitals"][0]["path"] == "/" and 1140 < told["vitals"][0]["lcp"] < 1261
    assert told["panels"]["path"][0]["depth"] == 80


def test_a_filter_gives_the_same_numbers_from_the_visits_themselves(shop: Shop) -> None:
    shop.send({"referrer": "https://a.example/"})
    shop.send({"path": shop.base + "about/"})
    shop.send({"path": shop.base + "about/"}, headers={"User-Agent": IPHONE})
    shop.settled(3)
    whole, phones = shop.report(), shop.report(filters={"device": "mobile"})
    assert phones["totals"] == {"visitors": 1, "views": 1, "bounces": 1, "seconds": 0}
    desktops = shop.report(filters={"device": "desktop"})
    for number in ("visitors", "views", "bounces", "seconds"):
        both = phones["totals"][number] + desktops["totals"][number]
        assert both == whole["totals"][number]
    # The pages of those who came from there, the second page too.
    assert shop.values("path", filters={"referrer": "a.example"}) == {"/": 1, "/about": 1}
    assert shop.report(filters={"path": "/about"})["totals"]["visitors"] == 2


@pytest.mark.parametrize("other", ["unknown", "uncounted", "deleted"])
def test_a_site_that_counts_nothing_is_not_told_apart(shop: Shop, other: str) -> None:
    """CASES 153."""
    site = {"unknown": {"id": str(uuid.uuid4())}}.get(other) or shop.owner.new_site()
    if other == "deleted":
        shop.owner.supabase.delete(f"/rest/v1/sites?id=eq.{site['id']}")
    answers = [shop.send(site=wanted) for wanted in (shop.site["id"], site["id"])]
    assert [(a.status_code, a.content) for a in answers] == [(204, b"")] * 2
    assert set(answers[0].headers) == set(answers[1].headers)
    assert shop.settled(1)["totals"]["visitors"] == 1
    if other == "uncounted":
        told = shop.owner.rpc(
            "site_report", site_id=site["id"], from_day=today(), to_day=today(), filters={}
        )
        assert told["totals"]["views"] == 0 and told["panels"] == {}


def test_another_host_with_the_right_id_is_flagged_and_not_counted(shop: Shop) -> None:
    """CASES 154."""
    shop.send(headers={"Origin": "https://evil.example"})
    shop.send(headers={"Origin": "https://evil.example"})
    # What somebody else's sandbox says of itself.
    shop.send(host="evil.example")
    shop.send()
    told = shop.settled(1)
    flagged = {row["value"]: row["views"] for row in told["panels"]["unverified_host"]}
    assert flagged == {"evil.example": 2, "": 1}


def test_a_domain_of_ones_own_is_believed_once_it_is_set(shop: Shop) -> None:
    Shop.set(shop.owner, shop.site, domain="bakery-shop.de")
    own = {"Origin": "https://www.bakery-shop.de"}
    shop.send({"path": "/menu/index.html", "referrer": "https://www.bakery-shop.de/"}, headers=own)
    assert shop.settled(1)["panels"]["path"][0]["value"] == "/menu"
    assert shop.values("referrer") == {"": 1}


@pytest.mark.parametrize(
    "header",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": CHROME.replace("Chrome/", "HeadlessChrome/")},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 " + "x" * 2000},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
    ids=str,
)
def test_robots_and_those_who_want_none_are_not_counted(shop: Shop, header: dict[str, str]) -> None:
    """CASES 156."""
    assert shop.send(headers=header).status_code == 204
    assert shop.send().status_code == 204
    assert shop.settled(1)["totals"]["visitors"] == 1


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda shop: b"x" * 1_000_000, 413),
        (lambda shop: json.dumps(shop.beacon({"path": "/" + "a" * 4096})), 413),
        (
            lambda shop: json.dumps(shop.beacon({"properties": {str(n): n for n in range(100)}})),
            422,
        ),
        (lambda shop: json.dumps(shop.beacon(*[{}] * 21)), 422),
        (lambda shop: json.dumps(shop.beacon(cookie="x")), 422),
        (lambda shop: json.dumps(shop.beacon({"at": "2020-01-01"})), 422),
        (lambda shop: json.dumps(shop.beacon({"kind": "event"})), 422),
        (lambda shop: json.dumps(shop.beacon({"path": "about"})), 422),
        (lambda shop: json.dumps(shop.beacon({"kind": "leave", "seconds": -1})), 422),
        (lambda shop: json.dumps(shop.beacon()).replace("1440", "NaN"), 400),
        (lambda shop: nested(600), 400),
        (lambda shop: b'{"site":', 400),
        (lambda shop: b"", 400),
    ],
)
def test_what_is_no_beacon_is_refused_in_words(shop: Shop, body: Any, status: int) -> None:
    """CASES 157, and 161 for the time that a page would like to be."""
    answer = shop.post(body(shop))
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_packed_body_and_another_type_are_refused(shop: Shop) -> None:
    body = gzip.compress(json.dumps(shop.beacon()).encode())
    for more in ({}, {"Content-Type": "application/json"}):
        assert shop.post(body, {"Content-Encoding": "gzip", **more}).status_code in (400, 415)
    assert shop.post("a=b", {"Content-Type": "text/html"}).status_code == 415


def test_json_from_another_origin_is_let_through_by_the_preflight(shop: Shop) -> None:
    where = f"{shop.owner.stack.app_url}/api/analytics/collect"
    asked = shop.http.options(
        where, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    sent = shop.post(json.dumps(shop.beacon()), {"Content-Type": "application/json"})
    assert sent.status_code == 204 and "Set-Cookie" not in sent.headers
    shop.settled(1)


CANARY = "canary8f3a"


def content(file: Path) -> bytes:
    """What is in it; the database may take a file away meanwhile."""
    with suppress(IsADirectoryError, FileNotFoundError):
        return file.read_bytes()
    return b""


def test_nothing_that_could_tell_who_somebody_is_reaches_the_database(shop: Shop) -> None:
    """CASES 158: the whole database is searched for what was sent."""
    secret = f"{shop.base}about/?token={CANARY}&email=jane@{CANARY}.example#{CANARY}"
    with_mail = f"{shop.base}invoice/jane%40{CANARY}.example/"
    referrer = f"https://jane:{CANARY}@other.example/{CANARY}?q={CANARY}"
    outbound = {"kind": "outbound", "url": f"https://jane:{CANARY}@else.example/?key={CANARY}"}
    agent = CHROME.replace("141.0.0.0", f"141.0.7390.{CANARY}")
    shop.send(
        {"path": secret, "referrer": referrer, "utm": {"campaign": f"for jane@{CANARY}.example"}},
        {"path": with_mail},
        outbound,
        headers={"User-Agent": agent, "X-Forwarded-For": "203.0.113.77", "Cookie": f"id={CANARY}"},
    )
    shop.settled(2)
    assert shop.values("path") == {"/about": 1, "/invoice/(e-mail)": 1}
    assert shop.values("referrer") == {"other.example": 2}
    assert shop.values("utm_campaign") == {"for (e-mail)": 2}
    stack = shop.owner.stack
    everything = b"".join(map(content, stack.folder.rglob("*")))
    assert len(everything) > 1_000_000, "the database's files were not found"
    assert CANARY.encode() not in everything
    assert b"203.0.113.77" not in everything


def test_a_visitor_is_somebody_else_on_another_site(shop: Shop, open_shop: Any) -> None:
    other = open_shop()
    for each in (shop, other):
        each.send()
        assert each.settled(1)["totals"]["visitors"] == 1


EVIL = '=1+1"><img src=x onerror=alert(1)>'


def test_what_a_visitor_writes_stays_text_of_one_line(shop: Shop) -> None:
    """CASES 159; the screens show it in test_dashboard.py."""
    shop.send({"path": shop.base + "a%0Ab%00c\u202ed/", "utm": {"source": EVIL + "\r\n\x1b[31m"}})
    shop.settled(1)
    assert list(shop.values("utm_source")) == [EVIL + "   [31m"]
    assert list(shop.values("path")) == ["/a b c d"]


def test_ever_new_paths_end_in_one_line(shop: Shop) -> None:
    """CASES 160. Past the endpoint, which would not take so many from one address."""
    service = shop.owner.stack.secret_key
    visit = {
        **{"site": shop.site["id"], "host": httpx.URL(shop.url).netloc.decode(), "kind": "view"},
        **{"visitor": "00" * 16, "referrer": "", "utm": {}, "device": "desktop", "browser": ""},
        **{"os": "", "country": "", "screen": "", "name": "", "properties": {}, "vitals": {}},
        **{"seconds": 0, "depth": 0, "at": f"{today()}T00:00:01Z"},
    }
    for start in (0, 400):
        batch = [visit | {"path": f"{shop.base}{n}/"} for n in range(start, start + 400)]
        answer = shop.http.post(
            f"{shop.owner.stack.supabase_url}/rest/v1/rpc/record_visits",
            json={"batch": batch},
            headers={"apikey": service, "Authorization": f"Bearer {service}"},
        )
        assert answer.json() == 400, answer.text
    told = shop.report()
    assert told["totals"]["views"] == 800
    # A panel shows a hundred; the one for all the others is among them.
    assert {row["value"]: row["views"] for row in told["panels"]["path"]}["/(other)"] == 300


def test_who_comes_too_often_is_refused_and_the_others_are_not(shop: Shop) -> None:
    """CASES 155; benchmarks/beacons.py holds the app's other answers against it."""
    far_from_the_end(MINUTE, seconds=50)
    answers = [shop.send() for _ in range(330)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 20 and answers[-1] is refused[-1]
    assert {answer.headers["Retry-After"] for answer in refused} == {"60"}
    counted = [answer.status_code for answer in answers].count(204)
    assert shop.settled(counted)["totals"]["visitors"] == 1


def test_members_alone_see_the_numbers_of_their_sites(
    shop: Shop, sam: Person, vera: Person, anon: Person
) -> None:
    """CASES 162."""
    shop.send()
    shop.settled(1)
    asked = {"site_id": shop.site["id"], "from_day": today(), "to_day": today()}
    for person in (sam, vera, anon):
        for table in ("analytics_events", "analytics_daily"):
            answer = person.supabase.get(f"/rest/v1/{table}")
            assert answer.status_code in (401, 403), answer.text
        for function in ("site_report", "goal_report"):
            answer = person.supabase.post(f"/rest/v1/rpc/{function}", json=asked)
            assert answer.status_code in (401, 403, 404), answer.text


def test_the_script_is_handed_out_with_its_tag(shop: Shop) -> None:
    where = f"{shop.owner.stack.app_url}/api/analytics/tracker.js"
    first = shop.http.get(where)
    assert first.status_code == 200 and "sendBeacon" in first.text
    again = shop.http.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    page = shop.http.get(shop.url).text
    assert f'data-site="{shop.site["id"]}"' in page and " async " in page
    assert shop.http.get(shop.url + "assets/visits.js").text == first.text


def test_visits_wait_while_the_database_is_away(shop: Shop) -> None:
    stack = shop.owner.stack
    stack.kill("supabase")
    assert shop.send({"path": shop.base + "about/"}).status_code == 204
    stack.start("supabase")
    wait_for(lambda: shop.values("path").get("/about") == 1, seconds=30)
