"""What the tests of the block library share: the files as they lie in static/src/site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts import gallery

SITE = gallery.SITE


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the library."""
    return SITE


@pytest.fixture(scope="session")
def theme() -> dict[str, Any]:
    return gallery.read_theme()


@pytest.fixture(scope="session")
def starters() -> list[dict[str, Any]]:
    return gallery.read_starters()
