"""One product for all publishing tests; what a test writes stays, so each makes its own sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployments.press import Press, Publisher, Worker


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """The running stack without a worker."""
    running = Press(tmp_path_factory.mktemp("press"), SEED="0")
    try:
        running.open()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def worker(press: Press) -> Iterator[Worker]:
    with press.worker() as running:
        yield running


@pytest.fixture(scope="module")
def olive(press: Press) -> Iterator[Publisher]:
    """An owner, with an organization of her own."""
    person = Publisher.signs_up(press, "olive")
    yield person
    person.close()


@pytest.fixture(scope="module")
def sam(press: Press) -> Iterator[Publisher]:
    """A stranger."""
    person = Publisher.signs_up(press, "sam")
    yield person
    person.close()
