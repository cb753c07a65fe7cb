"""Find a Chromium for the browser tests, or install one.

The machine's own comes first, then apt where we are root, then Playwright's. The shell that has no
windows is the same browser for a third less work, so it is preferred.
Without any, the browser tests are skipped, loudly, and with REQUIRE_BROWSER=1
that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome",
)  # fmt: skip


def find() -> str | None:
    """The path of a Chromium that really starts: on Ubuntu the name may be an empty shell."""
    named = os.environ.get("CHROMIUM_PATH")
    candidates = [named] if named else [shutil.which(name) for name in NAMES] + [playwrights_own()]
    return next((path for path in candidates if path and starts(path)), None)


def playwrights_own() -> str | None:
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(Path(home).glob("chromium-*/chrome-*/chrome"))
    return str(found[-1]) if found else None


def starts(path: str) -> bool:
    return attempt([path, "--version"], patience=30)


def install() -> None:
    """Try each way in turn; the caller looks whether one has worked."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium with apt ...", flush=True)
        quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
        attempt([*quiet, "update"], patience=300)
        for package in ("chromium-headless-shell", "chromium"):
            if attempt([*quiet, "install", "-y", "--no-install-recommends", package], patience=900):
                return
    print("Installing Playwright's Chromium ...", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "chromium"], patience=900)


def attempt(command: list[str], *, patience: float) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=patience, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    if not find():
        install()
    found = find()
    if found:
        return 0
    print(
        "\n  NO CHROMIUM: none is on this machine and none could be installed.\n"
        "  THE BROWSER TESTS ARE SKIPPED. Install chromium, or set CHROMIUM_PATH.\n",
        file=sys.stderr,
        flush=True,
    )
    return 1 if os.environ.get("REQUIRE_BROWSER") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
