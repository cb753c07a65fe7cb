"""`make doctor`: look at every setting, try every service that it names, and say what to do.

Nothing is changed anywhere and no secret is shown. In the image: `python scripts/doctor.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import checkup_vendors as vendors  # noqa: E402
from scripts.checkup import Finding, ask  # noqa: E402
from scripts.checkup_supabase import supabase  # noqa: E402
from services import redact  # noqa: E402
from services.config import Config, ConfigError  # noqa: E402

LEAST_SPACE = 1024**3

Check = Callable[[Config], Iterator[Finding]]


def main(environ: Mapping[str, str] = os.environ) -> int:
    try:
        config = Config.from_env(environ)
    except ConfigError as error:
        print("\n".join(f"✗ settings: {problem}" for problem in error.problems))
        return 1
    redact.remember(config.secrets())
    print("✓ settings: every one that is set is well-formed")
    failed = 0
    for check in CHECKS:
        for finding in check(config):
            mark = {True: "✓", False: "✗", None: "–"}[finding.well]
            print(redact.text(f"{mark} {finding.what}: {finding.words}"), flush=True)
            failed += finding.well is False
    print("\nEverything that is set works." if not failed else f"\nTo put right: {failed}.")
    return 1 if failed else 0


def machine(config: Config) -> Iterator[Finding]:
    folder = config.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".doctor-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("DATA_DIR", False, f"cannot be written to: {error.strerror}.")
    else:
        words = f"can be written to, {free / 1024**3:.1f} GiB free"
        yield Finding("DATA_DIR", free >= LEAST_SPACE, words)
    if not config.hosted:
        return
    for name, url in (("APP_URL", f"{config.app_url}/api/health"), ("SITES_URL", sites(config))):
        answer = ask(url, {})
        words = "answers" if answer else "does not answer from here (right, before the first start)"
        yield Finding(name, True if answer else None, words)


def sites(config: Config) -> str:
    return config.sites_url.replace("{site}", "doctor")


def counts(config: Config) -> Iterator[Finding]:
    uri = config.ratelimit_storage_uri
    if uri.startswith("memory"):
        yield Finding("limits", None, "each process counts for itself; replicas need Redis")
        return
    from limits.storage import storage_from_string

    try:
        well = storage_from_string(uri, socket_connect_timeout=3, socket_timeout=3).check()
    except Exception:  # Whatever a driver raises: it does not work.
        well = False
    words = "Redis answers" if well else "Redis does not answer: check RATELIMIT_STORAGE_URI."
    yield Finding("limits", well, words)


CHECKS: tuple[Check, ...] = (
    *(supabase, machine, counts),
    *(vendors.mail, vendors.credentials, vendors.model, vendors.payments, vendors.errors),
)


if __name__ == "__main__":
    sys.exit(main())
