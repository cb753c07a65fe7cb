"""One build, every host: what is sent, what goes live, and what comes back."""

from __future__ import annotations

import json

import pytest

from tests.contracts.conftest import Owner, Town

pytestmark = pytest.mark.usefixtures("worker")

PAGES = {
    "/": "<h1>Home</h1>",
    "/about": "<h1>About</h1>",
    "/deep/down": "<h1>Ünïcode 🎈</h1>",
    "/same-a": "<p>twin</p>",
}


@pytest.fixture(params=["netlify", "vercel", "github_pages"])
def host(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def uploads(town: Town, host: str) -> int:
    """How many contents were sent, whatever the host's way."""
    if host == "github_pages":
        trees = town.github.calls("git/create-tree")
        inline = sum("content" in node for tree in trees for node in tree.json["tree"])
        return inline + len(town.github.calls("git/create-blob"))
    operation = {"netlify": "uploadDeployFile", "vercel": "uploadFile"}[host]
    vendor = town.netlify if host == "netlify" else town.vercel
    return len(vendor.calls(operation))


def contents(town: Town, host: str) -> dict:
    """Everything that the host has ever been sent, by digest."""
    return {
        "netlify": town.netlify.stored,
        "vercel": town.vercel.stored,
        "github_pages": town.github.blobs,
    }[host]


def home_of(town: Town, site: str, host: str) -> dict:
    return town.press.read(f"site_hosts?site_id=eq.{site}&host=eq.{host}")[0]


def served(town: Town, site: str, host: str, path: str = "index.html") -> str:
    """What a visitor gets."""
    project = home_of(town, site, host)["project"]
    if host == "netlify":
        found = town.netlify.served(project["id"], f"/{path}")
    elif host == "vercel":
        found = town.vercel.served(project["id"], path)
    else:
        found = town.github.served(project["repo"], path)
    return found.decode() if found else ""


def asks(town: Town, host: str) -> list:
    vendor = {"netlify": town.netlify, "vercel": town.vercel, "github_pages": town.github}[host]
    return vendor.log


def test_a_site_is_published_changed_and_taken_back(town: Town, olive: Owner, host: str) -> None:
    provider = "github" if host == "github_pages" else host
    more = {"integration_id": olive.accounts[provider]}
    # Contents that no other test has sent: a host keeps what it has for good.
    pages = {path: f"{html}<p>Shop at {host}</p>" for path, html in PAGES.items()}
    site = olive.site(name=f"Shop {host}", pages=pages)
    had = len(contents(town, host))

    first = olive.puts_live(site, host, **more)
    assert "Home" in served(town, site, host)
    assert first["url"].startswith("https://")
    # Once for each content, whatever the number of files that have it; and, but for a repository,
    # which begins empty, only for what no site of the account has there yet.
    digests = set(first["manifest"].values())
    if host == "github_pages":
        assert len(digests) <= uploads(town, host) <= len(digests) + 3
    else:
        assert uploads(town, host) == len(contents(town, host)) - had >= len(PAGES)

    # Nothing changed: no deployment there, nothing sent.
    asks(town, host).clear()
    again = olive.puts_live(site, host)
    assert again["manifest"] == first["manifest"]
    assert {request.method for request in asks(town, host)} == {"GET"}
    assert len(asks(town, host)) <= 3

    # One page changed: one upload, and few questions before it.
    asks(town, host).clear()
    olive.write(site, "/about", "<h1>About us</h1>")
    second = olive.puts_live(site, host)
    changed = {n for n, d in second["manifest"].items() if first["manifest"].get(n) != d}
    assert changed - {"sitemap.xml"} == {"about/index.html"}
    assert uploads(town, host) == len(changed)

    # Back to the first, by the host's own means: nothing is sent.
    asks(town, host).clear()
    olive.write(site, "/", "<h1>Changed meanwhile</h1>")
    restored = town.press.finished(olive.post(f"/api/deployments/{first['id']}/restore")["id"])
    assert (restored["status"], restored["kind"]) == ("ready", "restore")
    assert restored["manifest"] == first["manifest"]
    assert uploads(town, host) == 0
    assert "Home" in served(town, site, host)

    # And the next publish goes live again.
    olive.puts_live(site, host)
    assert "Changed meanwhile" in served(town, site, host)

    # Taken down, and put up again.
    down = olive.post(f"/api/sites/{site}/unpublish", host=host)
    assert town.press.finished(down["id"])["status"] == "ready"
    if host == "netlify":
        assert not town.netlify.sites[home_of(town, site, host)["project"]["id"]]["enabled"]
    else:
        assert served(town, site, host) == "" if host == "vercel" else True
    assert olive.row_of(site)["published_url"] is None
    olive.puts_live(site, host)
    assert "Changed meanwhile" in served(town, site, host)


def test_an_old_address_leads_on_in_each_hosts_own_way(town: Town, olive: Owner, host: str) -> None:
    provider = "github" if host == "github_pages" else host
    site = olive.site(name=f"Moved {host}", pages=PAGES)
    about = town.press.read(f"pages?site_id=eq.{site}&path=eq./about&select=id")[0]["id"]
    olive.rpc("move_page", page_id=about, path="/who-we-are")
    row = olive.puts_live(site, host, integration_id=olive.accounts[provider])
    if host == "netlify":
        assert served(town, site, host, "_redirects") == "/about /who-we-are/ 301!\n"
    elif host == "vercel":
        settings = json.loads(served(town, site, host, "vercel.json"))
        moved = {"source": "/about", "destination": "/who-we-are/", "permanent": True}
        assert settings["redirects"] == [moved]
    else:
        assert "who-we-are/" in served(town, site, host, "about/index.html")
        assert any("no redirects" in sentence for sentence in row["report"])


@pytest.mark.parametrize("host", ["netlify", "vercel"])
def test_a_preview_changes_nothing_until_it_is_promoted(town: Town, olive: Owner, host) -> None:
    site = olive.site(name=f"Preview {host}", pages={"/": "<p>live</p>"})
    olive.puts_live(site, host, integration_id=olive.accounts[host])
    olive.write(site, "/", "<p>proposed</p>")
    preview = olive.puts_live(site, host, target="preview")
    assert "live" in served(town, site, host)
    assert preview["url"] != olive.row_of(site)["published_url"]
    promoted = town.press.finished(olive.post(f"/api/deployments/{preview['id']}/promote")["id"])
    assert promoted["status"] == "ready", promoted
    assert "proposed" in served(town, site, host)
    assert promoted["manifest"] == preview["manifest"]


def test_a_preview_on_this_server_is_promoted_whole(town: Town, olive: Owner) -> None:
    site = olive.site(name="Here", pages={"/": "<p>live</p>"})
    live = olive.puts_live(site, "local")
    olive.write(site, "/", "<p>proposed</p>")
    preview = olive.puts_live(site, "local", target="preview")
    promoted = town.press.finished(olive.post(f"/api/deployments/{preview['id']}/promote")["id"])
    assert "proposed" in town.press.visit(live["url"]).text
    missing = town.press.visit(live["url"] + "nowhere/deep").text
    assert preview["id"] not in missing and 'href="/' in missing
    down = olive.post(f"/api/sites/{site}/unpublish", host="local")
    assert town.press.finished(down["id"])["status"] == "ready"
    assert town.press.visit(live["url"]).status_code == 404
    olive.post(f"/api/deployments/{live['id']}/restore")
    assert promoted["url"] == live["url"]


def test_every_call_to_vercel_names_the_team(town: Town, olive: Owner) -> None:
    team = olive.connect("vercel", team_id=town.vercel.team, label="For the team")
    site = olive.site(name="Team shop")
    town.vercel.log.clear()
    olive.puts_live(site, "vercel", integration_id=team["id"])
    assert len(town.vercel.log) >= 6
    assert all(f"teamId={town.vercel.team}" in request.query for request in town.vercel.log)
    # Previews can be looked at without an account at Vercel.
    project = home_of(town, site, "vercel")["project"]
    assert town.vercel.projects[project["id"]]["protected"] is False
    (asked,) = town.vercel.calls("createDeployment")[-1:]
    body = asked.json
    assert body["projectSettings"]["framework"] is None
    assert all(set(file) == {"file", "sha", "size"} for file in body["files"])
    sha = next(file["sha"] for file in body["files"] if file["file"] == "vercel.json")
    assert json.loads(town.vercel.stored[sha])["trailingSlash"] is True


def test_a_large_site_is_made_at_netlify_while_nobody_waits(town: Town, olive: Owner) -> None:
    pages = {"/": "<p>home</p>"} | {f"/p{n}": f"<p>{n}</p>" for n in range(110)}
    site = olive.site(name="Large", pages=pages)
    row = olive.puts_live(site, "netlify", integration_id=olive.accounts["netlify"])
    (created,) = town.netlify.calls("createSiteDeploy")
    assert created.json["async"] is True and created.json["draft"] is True
    assert len(row["manifest"]) > 100
    # What is required is read from the answer that knows it, and the deploy is whole.
    project = home_of(town, site, "netlify")["project"]
    live = town.netlify.sites[project["id"]]["live"]
    assert set(town.netlify.deploys[live]["files"].values()) <= town.netlify.stored.keys()


def test_github_gets_one_commit_with_everything_that_pages_needs(town: Town, olive: Owner) -> None:
    site = olive.site(name="Pages", pages=PAGES)
    town.github.ref_is_seen_late = True
    row = olive.puts_live(site, "github_pages", integration_id=olive.accounts["github"])
    project = home_of(town, site, "github_pages")["project"]
    repo = town.github.repos[project["repo"]]
    commit = town.github.commits[repo["refs"]["refs/heads/gh-pages"]]
    tree = town.github.trees[commit["tree"]]
    assert ".nojekyll" in tree and "index.html" in tree
    assert commit["parents"] == [] and row["id"] in commit["message"]
    assert row["url"] == f"https://olive.github.io/{project['name']}/"
    # 404.html hangs under the repository's path.
    assert f'href="/{project["name"]}/"'.encode() in town.github.blobs[tree["404.html"]]
    assert any("headers" in sentence for sentence in row["report"])
    # A build of the commit before answers first; a build that fails once is asked for again.
    town.github.old_build_answers, town.github.build_fails = 1, 1
    # And somebody pushes between our reading and our moving of the branch.
    town.github.pushes_in_between = 1
    olive.write(site, "/", "<p>newer</p>")
    olive.puts_live(site, "github_pages")
    assert "newer" in served(town, site, "github_pages")
    messages = [each["message"] for each in town.github.commits.values()]
    assert "By hand" in messages
    assert len(town.github.calls("repos/request-pages-build")) == 1
