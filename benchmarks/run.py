"""Every benchmark, one after the other (`make bench`); ends with 1 when one misses a goal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What others are made of.
PARTS = ("run.py", "hosted.py", "model_server.py", "umami.py")


def main() -> int:
    missed = []
    for script in sorted(HERE.glob("*.py")):
        if script.name in PARTS:
            continue
        print(f"\n== {script.stem}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False).returncode:
            missed.append(script.stem)
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEvery goal was met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
