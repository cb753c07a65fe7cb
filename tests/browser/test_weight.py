"""A screen that has grown too heavy fails here, not at its visitors."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from benchmarks.page_load import screens, weigh, weight_of
from tests.cast import Person, sign_in
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own: what other tests made would be on the dashboard and weigh there."""
    with running_stack(tmp_path_factory.mktemp("untouched")) as running:
        yield running


def test_every_first_load_stays_within_its_budget(browser: Browser, untouched: Stack) -> None:
    olive = Person("olive", untouched, "olive@example.com", sign_in(untouched, "olive@example.com"))
    site = olive.supabase.get("/rest/v1/sites?select=id&limit=1").json()[0]["id"]
    for screen in screens(site):
        kinds = weigh(browser, olive, untouched.app_url, screen)
        assert screen.weight is not None
        assert weight_of(kinds) < screen.weight, (screen.name, kinds)
    olive.close()
