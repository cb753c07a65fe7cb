"""README.md's law: a pure function. tests/unit/test_structure.py checks the imports."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ROOM = ROOT / "services/site_build"

PROGRAM = """
import hashlib
from services.site_build import Compiler, build_site, pack
from services.site_build.model import CompileContext, SiteSource
from services.site_library import load_library
from tests.hostile.corpus import hostile_pages
library = load_library()
compiler = Compiler(library)
pages = [compiler.compile(one.page, CompileContext()) for one in hostile_pages()]
total = hashlib.sha256(b"".join(map(pack, pages)))
for file in build_site(SiteSource("Site", "https://site.example/"), pages, library):
    total.update(file.path.encode() + file.data)
print(total.hexdigest())
"""


def test_the_room_says_its_law_and_names_every_module() -> None:
    readme = (ROOM / "README.md").read_text("utf-8")
    assert "pure function" in readme
    for module in ROOM.glob("*.py"):
        assert module.name in ("__init__.py", "errors.py") or f"`{module.name}`" in readme


def test_nothing_is_opened_printed_or_asked_of_the_environment() -> None:
    for path in ROOM.glob("*.py"):
        names = {
            node.id for node in ast.walk(ast.parse(path.read_text())) if type(node) is ast.Name
        }
        assert not names & {"open", "print", "input", "exec", "eval", "globals", "__import__"}, path


def test_two_processes_build_the_same_bytes_whatever_their_hash_seed() -> None:
    results = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": zone},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(results) == 1
