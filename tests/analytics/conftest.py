"""One site per test that counts its visits, live on the stack's own sites origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.analytics.visiting import Shop
from tests.cast import Person, new_person
from tests.clock import DAY, far_from_the_end
from tests.stack import Stack


@pytest.fixture(autouse=True)
def one_day() -> None:
    """Visits are told by the day: a test must not run across midnight."""
    far_from_the_end(DAY, seconds=180)


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Iterator[Person]:
    person = new_person(stack, "olga", organization="Shops")
    yield person
    person.close()


@pytest.fixture
def open_shop(owner: Person) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def opening(**options: dict[str, str]) -> Shop:
        opened.append(Shop.opens(owner, **options))
        return opened[-1]

    yield opening
    for shop in opened:
        shop.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()
