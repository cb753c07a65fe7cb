"""A fresh, a half-finished and a broken checkout: repaired, or one plain sentence."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap, get_pip
from scripts.local import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that asks for one package which is not to be had."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "requirements-dev.txt").write_text(f"absent==1 --hash=sha256:{'0' * 64}\n")
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": {"": {}}}))
    return tmp_path


def run(checkout: Path, *before: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(checkout), **settings}
    program = "; ".join([*before, "import runpy, sys", "sys.path.insert(0, 'scripts')"])
    program += "; runpy.run_path('scripts/bootstrap.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def says(done: subprocess.CompletedProcess[str], words: str) -> bool:
    """One sentence that holds these words, exit code 1, and no traceback."""
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("make: ")
    assert done.stderr.count("\n") == 1
    return words in done.stderr


def test_an_old_python_is_one_sentence(checkout: Path) -> None:
    pretend = "import sys, shutil; sys.version_info = (3, 9, 1); shutil.which = lambda name: None"

    assert says(run(checkout, pretend), "Python 3.11 or newer is needed, and this is 3.9")


def test_bootstrap_parses_on_the_old_python_that_it_complains_about() -> None:
    for name in ("bootstrap.py", "get_pip.py"):
        ast.parse((ROOT / "scripts" / name).read_text(), feature_version=(3, 7))


@pytest.mark.slow
def test_no_network_is_one_sentence_and_the_next_try_starts_over(checkout: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    done = run(checkout, **nowhere)

    assert says(done, "Could not reach the Python package index")
    assert "Installing Python packages" in done.stdout
    # An interrupted installation leaves its mark, and the environment is made anew.
    assert (checkout / ".venv" / ".unfinished").exists()
    assert not (checkout / ".venv" / ".installed-tests").exists()


def test_running_installs_nothing_that_only_the_tests_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two commands in either order: each installs what it lacks, once."""
    for name in ("requirements-dev.txt", "requirements-run.txt"):
        (tmp_path / name).write_text(name)
    installed: list[str] = []

    def run(command: list[object], network: str | None = None, cwd: Path = tmp_path) -> None:
        words = [str(word) for word in command]
        lock = [Path(word).name for word in words if word.endswith(".txt")]
        installed.append(lock[0] if lock else f"npm in {cwd.relative_to(tmp_path)}")

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "NPM", {"run": tmp_path, "tests": tmp_path / "tests" / "npm"})
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "local" / "log")
    monkeypatch.setattr(bootstrap, "run", run)
    for name, told in {
        "venv_has_packages": True, "needs_remake": False, "venv_version": "3", "venv_python": "py",
        "node_home": tmp_path, "node": "node", "build_bundle": None,
    }.items():  # fmt: skip
        monkeypatch.setattr(bootstrap, name, lambda told=told: told)

    bootstrap.main("run")
    assert installed == ["requirements-run.txt", "npm in ."]
    bootstrap.main()
    # npm is a stand-in here that installs nothing, so it is asked each time.
    assert installed[2:] == ["requirements-dev.txt", "npm in .", "npm in tests/npm"]
    bootstrap.main("run")
    bootstrap.main()
    assert not [step for step in installed[5:] if "npm" not in step]


def test_both_locks_pin_the_same_versions() -> None:
    """So that what one has installed is right for the other."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.\[\]-]+==[^\s;]+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") < pins("requirements-run.txt") < pins("requirements-dev.txt")


@pytest.mark.slow
def test_a_python_without_pip_and_without_network_is_one_sentence(checkout: Path) -> None:
    stub = checkout / "stub"
    stub.mkdir()
    (stub / "ensurepip.py").write_text("raise ImportError('packaged apart')")
    settings = {"PYTHONPATH": str(stub), "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    done = run(checkout, **settings)

    assert says(done, "This Python comes without pip, and pip could not be downloaded")


def test_the_wheel_of_pip_is_the_one_that_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = b"the wheel"
    monkeypatch.setattr(get_pip, "SHA256", hashlib.sha256(genuine).hexdigest())
    pages = {"/pip/": f'<a href="/files/{get_pip.NAME}#sha256=0">'.encode()}

    def answer(wheel: bytes) -> None:
        monkeypatch.setattr(
            get_pip,
            "fetch",
            lambda url: next((p for e, p in pages.items() if url.endswith(e)), wheel),
        )

    answer(b"another wheel")
    with pytest.raises(OSError, match="not the file that was expected"):
        get_pip.download(tmp_path)
    answer(genuine)
    assert get_pip.download(tmp_path).read_bytes() == genuine


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("npm error code ENOSPC\nnpm error nospc", "The disk is full."),
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        ("npm error code EAI_AGAIN\nnpm error", "Could not reach the registry."),
        ("socket.gaierror: Temporary failure in name resolution", "Could not reach the registry."),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n do not match the hashes", "not the one"),
        ("one\nERROR: it broke\nafter", "ERROR: it broke"),
        ("", "no output"),
    ],
)
def test_a_failure_is_told_in_a_sentence(output: str, sentence: str) -> None:
    told = bootstrap.explain(output, "the registry")

    assert sentence in told
    assert "\n" not in told


def test_half_installed_npm_packages_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = {
        "": {},
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/b": {"version": "2.0.0"},
        "node_modules/other-machine": {"version": "3.0.0", "optional": True},
    }
    record = tmp_path / "node_modules" / ".package-lock.json"
    record.parent.mkdir()
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": lock}))

    def match(present: dict[str, dict[str, str]]) -> bool:
        record.write_text(json.dumps({"packages": present}))
        return bootstrap.npm_packages_match(tmp_path)

    a, b = {"version": "1.0.0"}, {"version": "2.0.0"}
    assert not bootstrap.npm_packages_match(tmp_path)
    assert match({"node_modules/a": a, "node_modules/b": b})
    assert not match({"node_modules/a": a})
    assert not match({"node_modules/a": a, "node_modules/b": {"version": "1.9.0"}})
    record.write_text("{ half")
    assert not bootstrap.npm_packages_match(tmp_path)


def test_the_bundle_is_built_again_when_a_source_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "static" / "src" / "login.jsx"
    template = tmp_path / "templates" / "login.html"
    matrix = tmp_path / "policies" / "README.md"
    for file in (source, template, matrix, tmp_path / "build.mjs", tmp_path / "package-lock.json"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("first")
    (tmp_path / "static" / "dist").mkdir()
    built: list[object] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "node", lambda: "node")
    monkeypatch.setattr(bootstrap, "run", lambda command: built.append(command))

    for file in (None, source, template, matrix, None):
        if file:
            file.write_text("second")
        bootstrap.build_bundle()

    assert len(built) == 4
