"""The published sites' origin: `python -m services.deployments.sites_origin`.

Another origin than the app, always. It reads DATA_DIR and holds no key but the one that opens
links to previews, so that nothing a visitor sends can reach more than what is public anyway.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from services.deployments.serving.application import SitesOrigin

_LOOPBACK = "127.0.0.1"


def create_app() -> SitesOrigin:
    """Make the application from the environment; granian calls this in its own process."""
    return SitesOrigin(
        data_dir=Path(os.environ.get("DATA_DIR", ".local")).resolve(),
        sites_url=os.environ.get("SITES_URL", "http://127.0.0.1:5001").rstrip("/"),
        app_url=os.environ.get("APP_URL", "http://127.0.0.1:5000").rstrip("/"),
        supabase_url=os.environ.get("SUPABASE_URL", "http://127.0.0.1:54321").rstrip("/"),
        publishable_key=os.environ.get("SUPABASE_PUBLISHABLE_KEY", ""),
    )


def main() -> int:
    """Serve until told to stop."""
    sites_url = os.environ.get("SITES_URL", "http://127.0.0.1:5001")
    if (
        urlsplit(sites_url).netloc
        == urlsplit(os.environ.get("APP_URL", "http://127.0.0.1:5000")).netloc
    ):
        print(
            "SITES_URL must be another origin than APP_URL: "
            "published pages run their authors' scripts."
        )
        return 2
    try:
        port = int(os.environ.get("SITES_PORT", "5001"))
    except ValueError:
        print("SITES_PORT must be a number.")
        return 2
    Granian(
        "services.deployments.sites_origin:create_app",
        factory=True,
        address=os.environ.get("SITES_HOST", _LOOPBACK),
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
