"""What only browser tests need."""

from collections.abc import Callable, Iterator

import pytest

from tests.cast import Person, new_person
from tests.stack import Stack


@pytest.fixture
def founder(stack: Stack) -> Iterator[Callable[[str], Person]]:
    """`founder("Acme")` has just signed up and owns an organization of that name."""
    people: list[Person] = []

    def found(organization: str) -> Person:
        people.append(new_person(stack, "founder", organization=organization))
        return people[-1]

    yield found
    for person in people:
        person.close()
