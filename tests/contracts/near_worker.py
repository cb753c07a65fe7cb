"""The real worker, for whom the vendors' own domains lie on this machine.

It looks at `https://shop.netlify.app` as a visitor would; here that leads to the vendor's server.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

import httpx

from services import egress
from services.deployments import worker
from tests.contracts.wire import VISIT

DOMAINS = {
    "netlify.app": "NETLIFY_API_URL",
    "vercel.app": "VERCEL_API_URL",
    "github.io": "GITHUB_API_URL",
}


class Near(httpx.BaseTransport):
    def __init__(self, url: str) -> None:
        self.origin = urlsplit(url)
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = f"{VISIT}{request.url.host}{request.url.path}"
        request.url = httpx.URL(
            scheme="http", host=self.origin.hostname, port=self.origin.port, path=path
        )
        return self.inner.handle_request(request)


def lead_home() -> None:
    """Mount the near vendors into the one client that goes out."""
    mounts = egress._connections()._mounts
    for domain, setting in DOMAINS.items():
        near = {f"all://*.{domain}": Near(os.environ[setting])}
        mounts |= httpx.Client(mounts=near, trust_env=False)._mounts


if __name__ == "__main__":
    lead_home()
    sys.exit(worker.main())
