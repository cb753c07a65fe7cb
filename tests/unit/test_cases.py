"""What the documents say is tried must be there: each test that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent


TEST = re.compile(r"^(?:    )?def (test_\w+)", re.MULTILINE)


def there() -> set[str]:
    return {
        name
        for file in TESTS.rglob("test_*.py")
        for name in TEST.findall(file.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(
    "document",
    [
        *("tests/policies/README.md", "tests/ai/README.md", "tests/deployments/README.md"),
        *("docs/cases.md", "docs/asvs.md", "SECURITY.md"),
    ],
)
def test_every_test_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / document).read_text(encoding="utf-8")))
    assert len(named) >= 12
    assert named - there() == set()


def test_every_case_of_the_list_has_a_row_with_a_test_or_the_gap() -> None:
    text = (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)(?: ★)? \|.*\| (.+) \|$", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 217))
    for number, cell in rows:
        assert "`test_" in cell or cell.startswith("gap"), number
    without = sum("`test_" not in cell for _, cell in rows)
    assert f"{216 - without} of 216 have a test." in text


def test_every_requirement_of_asvs_is_answered_once() -> None:
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d., ]+) \| (\w+) \| (.+) \|$", text, re.MULTILINE)
    numbers = [number for cell, _, _ in rows for number in cell.split(", ")]
    assert len(numbers) == len(set(numbers)) == 251
    assert {state for _, state, _ in rows} == {"yes", "partly", "no", "Supabase", "none"}
