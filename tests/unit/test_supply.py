"""CASES I 171 and 205: no secret in what we ship, and nothing older than it may be."""

import json
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SECRET = re.compile(
    r"(?:sb_secret|sk_live|rk_live|whsec|xai|nfp|gh[pousr]|github_pat)[_-][A-Za-z0-9_]{16,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
# Tests hold keys of nobody; lock files hold digests.
NOT_SEARCHED = ("tests/", "package-lock.json", "requirements")

FLOORS = {
    "flask": "3.1.3",
    "werkzeug": "3.1.9",
    "pyjwt": "2.15",
    "nh3": "0.3.8",
    "sentry-sdk": "2.75",
    "supabase": "2.34.1",
}
NPM_FLOORS = {"dompurify": "3.4.18", "grapesjs": "0.23.6", "@supabase/supabase-js": "2.119.1"}


def shipped() -> Iterator[Path]:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    yield from (ROOT / name for name in tracked if not name.startswith(NOT_SEARCHED))
    yield from (path for path in (ROOT / "static" / "dist").rglob("*") if path.is_file())


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def test_no_secret_is_shipped() -> None:
    for path in shipped():
        if path.is_file() and path.suffix not in (".br", ".gz", ".png", ".webp", ".woff2"):
            found = SECRET.search(path.read_text(errors="replace"))
            assert not found, f"{path.relative_to(ROOT)} holds {found and found[0][:10]}…"


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_no_python_package_is_older_than_its_floor(name: str, floor: str) -> None:
    assert numbers(version(name)) >= numbers(floor)


@pytest.mark.parametrize(("name", "floor"), NPM_FLOORS.items())
def test_no_npm_package_is_older_than_its_floor(name: str, floor: str) -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert numbers(lock["packages"][f"node_modules/{name}"]["version"]) >= numbers(floor)


def test_every_python_package_is_pinned_with_its_hash() -> None:
    for file in ("requirements.txt", "requirements-run.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        names = re.findall(r"^([\w.\[\]-]+)==[^\s]+", text, re.MULTILINE)
        assert names and text.count("--hash=sha256:") >= len(names)
        assert not re.search(r"^[\w-]+\s*(>=|~=|<)", text, re.MULTILINE)
