"""Find the server that some tests talk to (Redis), or install it where we are root.

Tests that need one that is not there are skipped, loudly; with REQUIRE_SERVERS=1 they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# Program → Debian's package.
SERVERS = {"redis-server": "redis-server"}


def find(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin")


def install(packages: list[str]) -> None:
    """Install quietly, without starting anything; the caller looks whether it has worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' and '.join(packages)} with apt ...", flush=True)
    # RUNLEVEL: Debian's packages start their servers otherwise.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        try:
            subprocess.run([*quiet, *command], env=env, capture_output=True, timeout=600)
        except (OSError, subprocess.TimeoutExpired):
            return


def missing() -> list[str]:
    return [program for program in SERVERS if not find(program)]


def main() -> int:
    if missing():
        install([SERVERS[program] for program in missing()])
    if not missing():
        return 0
    print(
        f"\n  NOT HERE: {', '.join(missing())}. THE TESTS THAT NEED THEM ARE SKIPPED.\n",
        file=sys.stderr,
        flush=True,
    )
    return 1 if os.environ.get("REQUIRE_SERVERS") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
