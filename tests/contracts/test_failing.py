"""Publishes that go wrong at a host: the live site stays, people are told, nothing is doubled."""

from __future__ import annotations

import threading

import pytest

from tests.contracts.conftest import Owner, Town
from tests.contracts.test_publishing import home_of, served
from tests.contracts.wire import Answer, Request
from tests.deployments.press import wait_for

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture(scope="module")
def shop(town: Town, olive: Owner) -> str:
    """A site that is live at every host and shows mark 1."""
    site = olive.site(name="Faulty", pages={"/": "<p>mark 1</p>", "/a": "<p>a</p>"})
    for host, provider in (
        ("netlify", "netlify"),
        ("vercel", "vercel"),
        ("github_pages", "github"),
    ):
        olive.puts_live(site, host, integration_id=olive.accounts[provider])
    return site


def change(olive: Owner, site: str, mark: str) -> None:
    olive.write(site, "/", f"<p>{mark}</p>")


def test_what_is_lost_on_the_way_is_found_again_not_done_twice(town: Town, olive: Owner) -> None:
    """Neither host has a key to repeat a request by: the answers are lost, the deeds are not."""
    town.netlify.fault("createSite", "lose")
    town.netlify.fault("createSiteDeploy", "lose")
    town.netlify.fault("restoreSiteDeploy", "lose")
    town.vercel.fault("createProject", "lose")
    town.vercel.fault("uploadFile", "drop", Answer(502, {"error": {"code": "x", "message": "x"}}))
    town.github.fault("repos/create-for-authenticated-user", "lose")
    town.github.fault("git/create-ref", "lose")
    site = olive.site(name="Lossy", pages={"/": "<p>mark</p>"})
    sites, projects, repos = (
        len(town.netlify.sites),
        len(town.vercel.projects),
        len(town.github.repos),
    )
    for host, provider in (
        ("netlify", "netlify"),
        ("vercel", "vercel"),
        ("github_pages", "github"),
    ):
        olive.puts_live(site, host, integration_id=olive.accounts[provider])
        assert "mark" in served(town, site, host)
    assert len(town.netlify.sites) == sites + 1
    assert len(town.vercel.projects) == projects + 1
    assert len(town.github.repos) == repos + 1
    project = home_of(town, site, "netlify")["project"]["id"]
    assert len([d for d in town.netlify.deploys.values() if d["site_id"] == project]) == 1
    # The answer to a whole deployment is lost at Vercel: it is found by the job in its notes.
    change(olive, site, "second")
    town.vercel.forgets_first_upload = True
    olive.puts_live(site, "vercel")
    change(olive, site, "third")
    town.vercel.fault("uploadFile", "lose")
    olive.puts_live(site, "vercel")
    assert "third" in served(town, site, "vercel")


@pytest.mark.parametrize("host", ["netlify", "vercel", "github_pages"])
def test_a_publish_that_a_host_gives_up_leaves_the_live_site(town, olive, shop, host) -> None:
    before = served(town, shop, host)
    change(olive, shop, f"broken at {host}")
    said = "Out of <b>space</b> nfp_abcdefgh \x1b[31m"
    if host == "netlify":
        town.netlify.fails_with = said
    elif host == "vercel":
        town.vercel.fails_with = said
    else:
        town.github.build_fails = 2
    error = olive.fails(shop, host)
    town.netlify.fails_with = town.vercel.fails_with = ""
    town.github.build_fails = 0
    assert error["code"] == "host_failed"
    for secret in ("nfp_abc", "<b>", "\x1b"):
        assert secret not in error["detail"]
    assert served(town, shop, host) == before
    olive.puts_live(shop, host)
    assert f"broken at {host}" in served(town, shop, host)


def test_a_refused_token_marks_the_account_and_stops_the_storm(town, olive, shop) -> None:
    change(olive, shop, "unseen")
    town.netlify.fault("getSite", *[Answer(401, {"code": 401, "message": "Access Denied"})])
    town.netlify.fault("createSiteDeploy", *[Answer(401, {"code": 401, "message": "no"})])
    error = olive.fails(shop, "netlify")
    town.netlify._planned.clear()
    assert (error["code"], "Reconnect" in error["detail"]) == ("reconnect", True)
    assert len([r for r in town.netlify.log if r.operation == "createSiteDeploy"]) <= 1
    integration = olive.accounts["netlify"]
    assert olive.rest("GET", f"integrations?id=eq.{integration}")[0]["state"] == "broken"
    refused = olive.api.post("/api/deployments", json={"site_id": shop, "host": "netlify"})
    assert refused.status_code == 409 and "reconnects" in refused.json()["detail"]
    assert olive.post(f"/api/integrations/{integration}/test")["state"] == "connected"


def test_a_project_that_was_deleted_there_is_made_anew(town, olive) -> None:
    site = olive.site(name="Deleted there", pages={"/": "<p>one</p>"})
    olive.puts_live(site, "vercel", integration_id=olive.accounts["vercel"])
    town.vercel.projects.pop(home_of(town, site, "vercel")["project"]["id"])
    change(olive, site, "two")
    error = olive.fails(site, "vercel")
    assert error["code"] == "project_gone" and "Publish again" in error["detail"]
    olive.puts_live(site, "vercel")
    assert "two" in served(town, site, "vercel")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(402, {"code": 402, "message": "Add a card"}), "payment_needed"),
        (Answer(422, {"code": 422, "message": "Max site size exceeded"}), "host_refused"),
        (Answer(429, {"code": 429, "message": "x"}, {"Retry-After": "7200"}), "rate_limited"),
        (b"<html>Bad gateway</html>", "host_garbled"),
        (b'{"id": 7}', "host_garbled"),
        (b"[]", "host_garbled"),
    ],
    ids=str,
)
def test_every_refusal_has_its_own_words(town, olive, shop, answer, code) -> None:
    change(olive, shop, f"{code} {id(answer)}")
    town.netlify.fault("createSiteDeploy", answer)
    error = olive.fails(shop, "netlify")
    assert error["code"] == code
    assert len(error["detail"]) > 20


def test_github_says_why_and_a_branch_is_never_forced(town: Town, olive: Owner) -> None:
    """CASES 138: a protected branch; a token that was not given this repository."""
    site = olive.site(name="Guarded", pages={"/": "<p>guarded one</p>"})
    account = olive.accounts["github"]
    olive.puts_live(site, "github_pages", integration_id=account)
    change(olive, site, "guarded two")
    said = {"message": "Protected branch update failed for refs/heads/gh-pages.",
            "documentation_url": "https://docs"}  # fmt: skip
    town.github.fault("git/update-ref", Answer(422, said))
    error = olive.fails(site, "github_pages")
    assert error["code"] == "host_refused" and "Protected branch" in error["detail"]
    not_given = {"message": "Resource not accessible by personal access token",
                 "documentation_url": "https://docs"}  # fmt: skip
    town.github.fault("git/create-commit", Answer(403, not_given))
    error = olive.fails(site, "github_pages")
    assert error["code"] == "reconnect" and "Resource not accessible" in error["detail"]
    assert "guarded one" in served(town, site, "github_pages")
    moved = town.github.calls("git/update-ref")
    assert moved and all(request.json["force"] is False for request in moved)
    assert olive.post(f"/api/integrations/{account}/test")["state"] == "connected"


def test_a_publish_is_canceled_while_it_uploads_there_too(town, olive, shop) -> None:
    before = served(town, shop, "netlify")
    change(olive, shop, "never seen")
    reached, go_on = threading.Event(), threading.Event()

    def hold(request: Request) -> None:
        if request.operation == "uploadDeployFile":
            reached.set()
            go_on.wait(30)

    town.netlify.pause = hold
    row = olive.asks(shop, "netlify")
    assert reached.wait(60)
    olive.post(f"/api/deployments/{row['id']}/cancel")
    go_on.set()
    town.netlify.pause = lambda request: None
    wait_for(lambda: town.netlify.calls("cancelSiteDeploy"))
    assert served(town, shop, "netlify") == before
    assert town.press.deployment(row["id"])["status"] == "canceled"
