"""The browser modules that need no browser are tested by node's own runner, in tests/js."""

import os
import subprocess
from pathlib import Path

from scripts import local

ROOT = Path(__file__).resolve().parents[2]


def test_the_browser_modules_pass_their_own_tests() -> None:
    files = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))
    assert files
    environment = local.with_programs(dict(os.environ), ROOT)
    done = subprocess.run(  # noqa: S603
        ["node", "--test", *files],  # noqa: S607
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
