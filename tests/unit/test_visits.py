"""What is kept of a visit, and what a browser is called: without a server."""

from __future__ import annotations

import pytest

from services.analytics import agents
from services.analytics.collecting import Collector, Request
from services.analytics.shapes import Utm
from services.analytics.visitors import Salts, visitor
from services.analytics.visits import in_order, link_of, path_of, plain, referrer_of, utm_of
from services.config import Config
from services.errors import Unavailable
from tests.analytics.visiting import CHROME, IPHONE


@pytest.mark.parametrize(
    ("address", "path", "query"),
    [
        ("/", "/", ""),
        ("/caf%C3%A9/", "/café/", ""),
        ("/a?token=1#b", "/a", "token=1"),
        ("/a#b?c=1", "/a", ""),
        ("/a%3Fb%23c", "/a%3Fb%23c", ""),
        ("/jane@mail.example/x", "/(e-mail)/x", ""),
        ("/a%0d%0aSet-Cookie:x", "/a  Set-Cookie:x", ""),
        ("/%FF", "/\ufffd", ""),
        ("/" + "a" * 900, "/" + "a" * 299, ""),
    ],
)
def test_a_path_keeps_what_a_page_is_called(address: str, path: str, query: str) -> None:
    assert path_of(address) == (path, query)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.News.example/a?b", "news.example"),
        ("https://me:secret@x.example:8080/", "x.example:8080"),
        ("https://own.example/x", ""),
        ("javascript:alert(1)", ""),
        ("android-app://com.example/", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_referrer_keeps_its_host(url: str, host: str) -> None:
    assert referrer_of(url, "own.example") == host


def test_a_link_away_keeps_no_question_and_nobodys_name() -> None:
    assert link_of("https://me:pw@x.example/a?b=c#d") == "x.example/a"
    assert link_of("mailto:jane@x.example") == "(e-mail)"


def test_a_campaign_is_read_from_the_query_where_the_page_did_not() -> None:
    assert utm_of(Utm(), "utm_source=a&utm_medium=b&x=1") == {"source": "a", "medium": "b"}
    assert utm_of(Utm(source="x"), "utm_source=a") == {"source": "x"}
    assert utm_of(Utm(), "&".join(["utm_source=a"] * 200)) == {}
    assert utm_of(Utm(campaign="to jane@x.example"), "") == {"campaign": "to (e-mail)"}


def test_of_one_moment_the_view_that_says_where_from_comes_first() -> None:
    def row(path: str, referrer: str = "", **utm: str) -> dict[str, object]:
        return {"path": path, "referrer": referrer, "utm": utm}

    told = in_order([row("/b"), row("/c"), row("/a", "news.example"), row("/d", source="letter")])
    assert [each["path"] for each in told] == ["/a", "/d", "/b", "/c"]


def test_text_is_one_line_of_bounded_length() -> None:
    assert plain("a\n\u202eb\x00 ", 99) == "a  b"
    assert plain("x" * 50, 10) == "x" * 10


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (CHROME, ("desktop", "Chrome", "Linux")),
        (IPHONE, ("mobile", "Safari", "iOS")),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Mobile Safari/537.36",
            ("mobile", "Chrome", "Android"),
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
            "Gecko) Version/15.0 Mobile/15E148 Safari/604.1",
            ("tablet", "Safari", "iOS"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
            ("desktop", "Firefox", "Windows"),
        ),
    ],
)
def test_a_browser_is_called_by_its_family(agent: str, told: tuple[str, str, str]) -> None:
    assert agents.describe(agent) == told


@pytest.mark.parametrize("agent", ["", " ", "Googlebot/2.1", "curl/8", "x" * 1001])
def test_a_robot_is_nobody(agent: str) -> None:
    assert agents.describe(agent) is None


def test_a_visitor_is_told_apart_by_site_address_browser_and_day() -> None:
    same = visitor(b"salt", "site", "1.2.3.4", "ua")
    assert same == visitor(b"salt", "site", "1.2.3.4", "ua") and len(same) == 32
    others = {
        visitor(b"other", "site", "1.2.3.4", "ua"),
        visitor(b"salt", "other", "1.2.3.4", "ua"),
        visitor(b"salt", "site", "1.2.3.5", "ua"),
        visitor(b"salt", "site", "1.2.3.4", "other"),
    }
    assert len(others | {same}) == 5


def test_the_salt_is_asked_for_once_and_stood_in_for_when_it_cannot_be() -> None:
    asked: list[str] = []

    def away() -> str:
        asked.append("away")
        raise Unavailable()

    salts = Salts(away)
    first = salts.today()
    assert salts.today() == first and len(first) == 32 and asked == ["away"]
    salts = Salts(lambda: asked.append("here") or "00" * 32)
    assert salts.today() == salts.today() == bytes(32) and asked == ["away", "here"]


SETTINGS = {
    "SUPABASE_URL": "https://project.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of-the-tests",
    "SUPABASE_SECRET_KEY": "sb_secret_of-the-tests",
    "APP_URL": "https://app.example.com",
    "SITES_URL": "https://sites.example.net",
}


@pytest.mark.parametrize(
    ("settings", "sent", "country"),
    [
        ({"TRUSTED_PROXIES": "1", "COUNTRY_HEADER": "CF-IPCountry"}, "de", "DE"),
        ({"TRUSTED_PROXIES": "1", "COUNTRY_HEADER": "CF-IPCountry"}, "XX", ""),
        ({"TRUSTED_PROXIES": "1", "COUNTRY_HEADER": "CF-IPCountry"}, "<b>", ""),
        ({"COUNTRY_HEADER": "CF-IPCountry"}, "DE", ""),
        ({"TRUSTED_PROXIES": "1"}, "DE", ""),
    ],
)
def test_a_country_is_what_our_own_proxy_says(
    settings: dict[str, str], sent: str, country: str
) -> None:
    collector = Collector(Config.from_env(SETTINGS | settings))
    assert collector._country(Request({"HTTP_CF_IPCOUNTRY": sent})) == country
