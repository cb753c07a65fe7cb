"""DESIGN section 2 as tests: who may import whom, and where the service key is used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
MODULES = sorted([ROOT / "app.py", *SERVICES.rglob("*.py")])
MAX_LINES = 300

# Apart from `routes` and `auth`: the edge handles requests and answers, whoever asks for what.
MAY_IMPORT_FLASK = re.compile(
    r"app\.py|services/(.+/)?routes\.py|services/auth\.py|services/edge/.+\.py"
)

# The security review: each of these passes over row-level security on purpose.
MAY_ACT_AS_SERVICE = re.compile(
    r"services/(supabase\.py|ai/credits\.py|deployments/worker\.py"
    r"|(billing|support|takedowns)/ledger\.py|error_reports/recorder\.py"
    r"|(integrations|invitations|analytics|comments)/\w+\.py"
    r"|forms/storing\.py|forms/hooks/creating\.py)"
)

# The build is a pure function from rows to files, so that preview and publish cannot differ.
IO_MODULES = {
    "aiohttp", "asyncio", "datetime", "flask", "ftplib", "http", "httpx", "io", "locale", "logging",
    "multiprocessing", "os", "pathlib", "postgrest", "random", "requests", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "supabase", "tempfile", "threading", "time",
    "urllib.request", "uuid",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield str(node.module)


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text)), "a module starts by saying what it is"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_routes_and_the_edge_know_flask(path: Path) -> None:
    if not MAY_IMPORT_FLASK.fullmatch(name_of(path)):
        assert not roots(path) & {"flask", "flask_limiter", "werkzeug"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_one_module_imports_the_supabase_client(path: Path) -> None:
    if name_of(path) != "services/supabase.py":
        assert not roots(path) & {"supabase", "postgrest", "supabase_auth", "storage3"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_one_module_asks_the_model(path: Path) -> None:
    if name_of(path) != "services/ai/grok.py":
        assert not roots(path) & {"openai", "httpx2"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_billing_knows_stripe(path: Path) -> None:
    if not name_of(path).startswith("services/billing/"):
        assert "stripe" not in roots(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_service_key_is_used_only_where_the_design_says(path: Path) -> None:
    if not MAY_ACT_AS_SERVICE.fullmatch(name_of(path)):
        assert "as_service" not in path.read_text()
        assert not re.search(r"supabase_secret_key", path.read_text()) or path.stem == "config"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_services_do_not_import_routes_or_the_app(path: Path) -> None:
    """app → services/*/routes → services/* → {supabase, egress, config, errors}."""
    if path.name == "app.py":
        return
    for name in imports(path):
        assert name.split(".")[0] != "app"
        if name.startswith("services.") and ".routes" in name:
            assert path.name == "routes.py", f"only routes may lean on {name}"


@pytest.mark.parametrize("path", sorted((SERVICES / "site_build").rglob("*.py")), ids=name_of)
def test_the_site_build_does_no_io(path: Path) -> None:
    found = set(imports(path))
    assert not {name for name in found if name in IO_MODULES or name.split(".")[0] in IO_MODULES}
    ours = {name for name in found if name.startswith("services.")}
    assert all(name.startswith("services.site_build") for name in ours)
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "exec", "eval", "__import__"}


def test_the_supabase_folder_is_no_package() -> None:
    """An __init__.py there would shadow the client library."""
    assert not list((ROOT / "supabase").rglob("__init__.py"))
