"""What can be said of the image and the compose file where no Docker runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def copied() -> list[str]:
    """The sources of every COPY from this checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_the_image_holds_what_it_needs_and_no_secret() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines()
               if line.startswith("!")]  # fmt: skip
    for source in copied():
        assert any(file == source or file.startswith(f"{source}/") for file in tracked), source
        assert any(source == each or source.startswith(f"{each}/") for each in allowed), source
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
    assert not any(re.search(r"\.env|\.git\b|\.local|tests", each) for each in allowed)
    assert "--require-hashes" in DOCKERFILE and "\nUSER roseram\n" in DOCKERFILE


def test_everything_that_the_services_read_is_in_the_image() -> None:
    """Files that code names by its own place, such as templates and the allow-list."""
    inside = {*copied(), "static/dist"}
    for path in (ROOT / "services").rglob("*.py"):
        for parts in re.findall(r'parents?\[?\d?\]?[^"\n]* / "([^\n]+)', path.read_text()):
            named = "/".join(re.findall(r"[\w.-]+", parts.replace('" / "', "/"))[:3])
            if named.startswith(("static", "templates")):
                assert any(named.startswith(each) or each.startswith(named.split("/")[0])
                           for each in inside), (path, named)  # fmt: skip


def test_the_services_are_those_of_the_procfile(compose: dict[str, Any]) -> None:
    procfile = dict(
        line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line
    )
    services = compose["services"]
    for name in ("worker", "sites"):
        assert " ".join(services[name]["command"]) == procfile[name]
    run = re.findall(r'"([^"]+)"', DOCKERFILE.rpartition("CMD ")[2])
    assert " ".join(run) == procfile["web"]


def test_no_container_of_ours_may_more_than_it_must(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "sites", "redis"):
        service = compose["services"][name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        assert "ports" not in service, "only the proxy is reachable"
    assert compose["services"]["web"]["environment"]["TRUSTED_PROXIES"] == "1"
