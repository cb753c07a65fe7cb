"""A site's own domain: the host's own DNS answers, looked at again, certificates, taken away."""

from __future__ import annotations

import pytest

from tests.contracts.conftest import Owner, Town
from tests.contracts.test_publishing import home_of
from tests.deployments.press import Publisher

pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize("host", ["netlify", "vercel", "github_pages"])
def test_a_domain_is_set_checked_kept_by_a_publish_and_taken_away(town, olive: Owner, host) -> None:
    provider = "github" if host == "github_pages" else host
    site = olive.site(name=f"Domain {host}", pages={"/": "<p>one</p>"})
    path, name = f"/api/sites/{site}/hosts/{host}/domain", f"www.{provider}-shop.example"
    assert olive.api.post(path, json={"name": name}).status_code == 404
    olive.puts_live(site, host, integration_id=olive.accounts[provider])

    pending = olive.post(path, name=name)
    assert pending["state"] == "pending" and pending["records"]
    values = [record["value"] for record in pending["records"]]
    if host == "vercel":
        assert values == ["vc-domain-verify=x", "abc123.vercel-dns-017.example."]
    elif host == "netlify":
        assert values[0].endswith(".netlify.app") and "bad dns" in pending["said"]
    else:
        assert values == ["olive.github.io"]

    town.netlify.dns_is_right = town.vercel.domain_verified = True
    town.github.certificate = "approved"
    try:
        live = olive.post(f"{path}/check")
        assert live["state"] == "live", live
    finally:
        town.netlify.dns_is_right = town.vercel.domain_verified = False
        town.github.certificate = "new"

    # The next publish names the domain as the site's address, and keeps it.
    row = olive.puts_live(site, host)
    assert row["url"] == f"https://{name}/"
    if host == "github_pages":
        repo = town.github.repos[home_of(town, site, host)["project"]["repo"]]
        commit = town.github.commits[repo["refs"]["refs/heads/gh-pages"]]
        cname = town.github.trees[commit["tree"]]["CNAME"]
        assert town.github.blobs[cname] == f"{name}\n".encode()
        assert repo["pages"]["https"] is True
    assert olive.api.delete(path).json()["name"] == ""


def test_a_stranger_and_a_wrong_name_change_nothing(town: Town, olive: Owner) -> None:
    site = olive.site(name="Guarded", pages={"/": "<p>one</p>"})
    olive.puts_live(site, "vercel", integration_id=olive.accounts["vercel"])
    path = f"/api/sites/{site}/hosts/vercel/domain"
    sam = Publisher.signs_up(town.press, "sam")
    town.vercel.log.clear()
    assert sam.api.post(path, json={"name": "www.sam.example"}).status_code == 404
    for name in ("*.example.com", "UPPER.example", "localhost", "a b.example", "x..y", "1.2.3.4"):
        answer = olive.api.post(path, json={"name": name})
        assert answer.status_code == 422, name
    assert town.vercel.log == []
    sam.close()
