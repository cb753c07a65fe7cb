"""Filters over the API: each answers for the visits that fit, up to this minute."""

from __future__ import annotations

import httpx
import pytest

from tests.analytics.visiting import IPHONE, Shop, today


@pytest.fixture
def visited(shop: Shop) -> Shop:
    """A reader on a computer who orders, and somebody with a telephone who does not."""
    shop.send({"referrer": "https://news.example/"})
    shop.send({"path": shop.base + "about/"}, {"kind": "event", "name": "Order"})
    shop.send({"kind": "leave", "seconds": 30, "depth": 60})
    shop.send({"kind": "vitals", "vitals": {"lcp": 900, "cls": 50}})
    shop.send(headers={"User-Agent": IPHONE})
    shop.send({"kind": "vitals", "vitals": {"lcp": 4000}}, headers={"User-Agent": IPHONE})
    # The last is a view: when all of them are counted, so is what came before.
    shop.send(headers={"User-Agent": IPHONE})
    shop.settled(4)
    return shop


def test_every_panel_honours_a_filter(visited: Shop) -> None:
    phone = visited.report({"device": "mobile"})
    assert phone["totals"] == {"visitors": 1, "views": 2, "bounces": 0, "seconds": 0}
    assert phone["live"] == 1 and visited.report()["live"] == 2
    assert {row["value"] for row in phone["panels"]["path"]} == {"/"}
    assert phone["panels"].keys().isdisjoint({"event", "outbound", "not_found"})
    assert [row["path"] for row in phone["vitals"]] == ["/"]
    assert 3700 < phone["vitals"][0]["lcp"] < 4300 and "cls" not in phone["vitals"][0]
    news = visited.report({"referrer": "news.example"})
    assert news["totals"] == {"visitors": 1, "views": 2, "bounces": 0, "seconds": 30}
    assert 850 < news["vitals"][0]["lcp"] < 950
    # Of a page: what happened there.
    about = visited.report({"path": "/about"})
    assert about["totals"] == {"visitors": 1, "views": 1, "bounces": 0, "seconds": 0}
    assert about["vitals"] == [] and about["panels"].keys().isdisjoint({"event", "entry"})
    assert visited.report({"path": "/about", "device": "mobile"})["totals"]["visitors"] == 0
    ordered = visited.report({"event": "Order"})
    assert ordered["totals"]["views"] == 2 and ordered["live"] == 1


def test_goals_and_funnels_honour_a_filter(visited: Shop) -> None:
    visited.goal("Order", ("event", "Order"))
    visited.goal("Reads, then orders", ("path", "/"), ("path", "/about"), ("event", "Order"))
    assert visited.goals() == {"Order": [1], "Reads, then orders": [2, 1, 1]}
    phone = visited.goals({"device": "mobile"})
    assert phone == {"Order": [0], "Reads, then orders": [1, 0, 0]}
    assert visited.goals({"referrer": "news.example"})["Order"] == [1]
    assert visited.goals({"path": "/about"}) == {"Order": [1], "Reads, then orders": [1, 1, 1]}


@pytest.mark.parametrize("function", ["site_report", "goal_report"])
def test_a_filter_that_there_is_not_is_refused(shop: Shop, function: str) -> None:
    asked = {"site_id": shop.site["id"], "from_day": today(), "to_day": today()}
    for filters in ({"visitor": "x"}, ["device"]):
        with pytest.raises(httpx.HTTPStatusError):
            shop.owner.supabase.post(
                f"/rest/v1/rpc/{function}", json=asked | {"filters": filters}
            ).raise_for_status()
