"""CASES 215: a site that is deleted goes from its host, or its owner is told why it did not."""

from __future__ import annotations

import pytest

from services.config import Config
from services.deployments.leftovers import remove_leftovers
from services.integrations.cipher import Cipher
from services.integrations.vault import Vault
from services.supabase import as_service
from tests.contracts.conftest import TOKENS, Owner, Town
from tests.contracts.test_publishing import home_of
from tests.contracts.wire import Answer
from tests.deployments.press import Press

PROVIDERS = {"netlify": "netlify", "vercel": "vercel", "github_pages": "github"}


def sweep(press: Press) -> int:
    config = Config.from_env(press.env)
    db = as_service(config)
    return remove_leftovers(config, db, Vault(db, Cipher(config.credentials_keys)))


def left(person: Owner) -> list[dict]:
    return person.rest("GET", "host_leftovers?select=*&order=created_at")


@pytest.fixture
def nora(town: Town) -> Owner:
    # What other tests have deleted is not counted here.
    sweep(town.press)
    person = Owner.signs_up(town.press, "nora")
    person.accounts = {name: person.connect(name)["id"] for name in TOKENS}
    yield person
    person.close()


def test_a_deleted_site_is_removed_at_every_host(town: Town, nora: Owner) -> None:
    site = nora.site(name="Short-lived", pages={"/": "<p>Here today</p>"})
    with town.press.worker():
        for host, provider in PROVIDERS.items():
            nora.puts_live(site, host, integration_id=nora.accounts[provider])
    known = {host: home_of(town, site, host)["project"] for host in PROVIDERS}
    nora.rest("DELETE", f"sites?id=eq.{site}")
    assert {row["host"] for row in left(nora)} == set(PROVIDERS)
    assert {row["site_name"] for row in left(nora)} == {"Short-lived"}
    assert sweep(town.press) == 3
    assert left(nora) == []
    assert known["netlify"]["id"] not in town.netlify.sites
    assert known["vercel"]["id"] not in town.vercel.projects
    # The repository is its owner's, with all they may have put there; what visitors see is gone.
    assert town.github.repos[known["github_pages"]["repo"]]["pages"] is None


def test_what_cannot_be_removed_is_shown_and_tried_again(town: Town, nora: Owner) -> None:
    site = nora.site(name="Stubborn", pages={"/": "<p>Still here</p>"})
    with town.press.worker():
        nora.puts_live(site, "netlify", integration_id=nora.accounts["netlify"])
    project = home_of(town, site, "netlify")["project"]
    nora.rest("DELETE", f"sites?id=eq.{site}")
    town.netlify.fault("deleteSite", Answer(403, {"code": 403, "message": "no <b>right</b>"}))
    assert sweep(town.press) == 0
    (row,) = left(nora)
    assert "does not let the account's token remove it" in row["problem"]
    # Not at once again: the host is left alone for a while.
    assert sweep(town.press) == 0 and project["id"] in town.netlify.sites
    nora.rpc("retry_leftover", leftover_id=row["id"])
    assert sweep(town.press) == 1 and project["id"] not in town.netlify.sites
    assert left(nora) == []


def test_without_its_account_it_waits_for_a_new_one_or_is_forgotten(
    town: Town, nora: Owner
) -> None:
    sites = [nora.site(name=f"Orphan {n}", pages={"/": f"<p>{n} alone</p>"}) for n in range(2)]
    with town.press.worker():
        for site in sites:
            nora.puts_live(site, "vercel", integration_id=nora.accounts["vercel"])
    assert nora.api.delete(f"/api/integrations/{nora.accounts['vercel']}").is_success
    for site in sites:
        nora.rest("DELETE", f"sites?id=eq.{site}")
    assert sweep(town.press) == 0
    first, second = left(nora)
    assert "account for this host was disconnected" in first["problem"]
    nora.connect("vercel")
    nora.rpc("retry_leftover", leftover_id=first["id"])
    assert sweep(town.press) == 1
    nora.rpc("forget_leftover", leftover_id=second["id"])
    assert left(nora) == []


def test_a_project_that_is_gone_already_is_no_problem(town: Town, nora: Owner) -> None:
    site = nora.site(name="Gone", pages={"/": "<p>Gone</p>"})
    with town.press.worker():
        nora.puts_live(site, "netlify", integration_id=nora.accounts["netlify"])
    town.netlify.sites.pop(home_of(town, site, "netlify")["project"]["id"])
    nora.rest("DELETE", f"sites?id=eq.{site}")
    assert sweep(town.press) == 1 and left(nora) == []
