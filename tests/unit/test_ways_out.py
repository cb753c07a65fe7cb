"""CASES C 79, I 175, J 178, M 205: where the server may call, what it is made of, how it runs."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

import services
from app import create_app

ROOT = Path(__file__).resolve().parents[2]
# Each with its reason. One of them alone asks an address that somebody typed.
KNOWN_WAYS_OUT = {
    "services/egress.py",  # the one client: deadlines, size caps, no redirects, no proxy's word
    "services/supabase.py",  # the database, at SUPABASE_URL
    "services/mail.py",  # letters, to the server of SMTP_URL
    "services/ai/grok.py",  # the model, at GROK_BASE_URL
    "services/public_addresses.py",  # webhooks of forms: public addresses only, judged when dialled
    "services/edge/limits.py",  # nowhere: whether a text is an address
    "services/deployments/worker.py",  # only this machine's name, for the worker's own
}
_CLIENTS = re.compile(
    r"^\s*(?:import|from) (?:httpx|httpx2|requests|urllib\.request|urllib3|http\.client|aiohttp"
    r"|smtplib|ftplib|socket|openai)\b",
    re.MULTILINE,
)
EVIL = [piece * (12_000 // len(piece)) for piece in
        ("a", "\\", " ", "/a", "a.a-", "eyJ", "://a:", "<", "é", "0", "Bearer ", "a@")]  # fmt: skip


def test_every_way_out_of_the_server_is_known() -> None:
    """A new one needs its reason here; whatever a person can name goes through `egress`."""
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "services").rglob("*.py")
        if _CLIENTS.search(path.read_text(encoding="utf-8"))
    }
    assert found == KNOWN_WAYS_OUT


def patterns() -> dict[str, re.Pattern[str]]:
    found = {}
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name in ("services.edge.metrics", "services.web"):
            continue  # The first opens files when it is imported.
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{module.name}.{name}"] = value
    return found


def ways_of(name: str) -> set[str]:
    """How the code asks a pattern; what is only matched at a place need not be searched for."""
    module, _, short = name.rpartition(".")
    # A private name is its module's alone; another module may have one that is spelt the same.
    where = [Path(str(sys.modules[module].__file__))]
    if not short.startswith("_"):
        where = list((ROOT / "services").rglob("*.py"))
    source = "\n".join(path.read_text(encoding="utf-8") for path in where)
    mentions = len(re.findall(rf"\b{short}\b", source))
    asked = re.findall(rf"\b{short}\.(match|fullmatch)\(", source)
    is_all = asked and mentions == len(asked) + len(re.findall(rf"(?m)^{short}\b.* = ", source))
    return set(asked) if is_all else {"search", "fullmatch"}


def test_no_pattern_is_slow_on_evil_text() -> None:
    """Evil takes seconds or for ever with a pattern that goes back; all of these take moments."""
    all_of_them = patterns()
    assert len(all_of_them) > 15
    for name, pattern in all_of_them.items():
        ways = [getattr(pattern, way) for way in sorted(ways_of(name))]
        for text in EVIL:
            for end in ("", "\x00", "!"):
                began = time.thread_time()
                for ask in ways:
                    ask(text + end)
                assert time.thread_time() - began < 0.3, f"{name} on {text[:5]!r}…"


@pytest.mark.parametrize("folder", ["", "tests/npm/"])
def test_every_npm_package_is_pinned_with_its_hash(folder: str) -> None:
    """Also those that others bring along, and none from an address of its own."""
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    wanted = json.loads((ROOT / folder / "package.json").read_text())
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        assert all(re.fullmatch(r"\d[\w.-]*", version) for version in wanted.get(kind, {}).values())
    for path, about in lock["packages"].items():
        if path:
            assert about.get("integrity", "").startswith("sha512-"), path
            assert "resolved" not in about and "link" not in about, path


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    return create_app(
        {
            "SUPABASE_URL": "http://127.0.0.1:9",
            "SUPABASE_PUBLISHABLE_KEY": "publishable-key-of-the-tests",
            "SUPABASE_SECRET_KEY": "secret-key-of-the-tests-only",
            "APP_URL": "http://127.0.0.1:5000",
            "SITES_URL": "http://127.0.0.1:5001",
            "DATA_DIR": str(tmp_path),
        }
    )


def test_nothing_runs_in_debug_mode(app: Flask) -> None:
    """Not even where somebody left Flask's variable set."""
    assert not app.debug
    for path in (ROOT / "app.py", *(ROOT / "services").rglob("*.py"), ROOT / "Procfile"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"debug\s*=\s*True|--debug|--reload", text), path
