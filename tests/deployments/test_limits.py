"""CASES 130: a site that is too large for a host is refused before anything is sent there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.deployments.blobs import BlobStore
from services.deployments.failures import PublishFailure
from services.deployments.hosts import Place, github_pages, netlify, vercel
from services.deployments.hosts.session import Session
from services.deployments.queue import Job
from services.deployments.snapshot import SiteRow
from services.vendors.api import Api

SITE = SiteRow("0b5e", "Large", "large", "org", None, {}, {}, "")
PROJECT = {"id": "p", "url": "https://x.example", "domain": "x.example", "repo": "o/n",
           "owner": "o", "name": "n"}  # fmt: skip
HOSTS = {
    "netlify": (netlify.Netlify(""), netlify.MOST_FILES, netlify.MOST_BYTES),
    "vercel": (vercel.Vercel(), vercel.MOST_FILES, vercel.MOST_BYTES),
    "github_pages": (
        github_pages.GitHubPages(),
        github_pages.github_tree.MOST_FILES,
        github_pages.github_tree.MOST_BYTES,
    ),
}


class Lease:
    def __init__(self) -> None:
        self.job = Job("j", "org", SITE.id, "x", "production", 1, 1, 1, None)

    def check(self) -> None: ...

    def say(self, text: str) -> None: ...

    def step(self, status: str, text: str, *, total: int = 0) -> None: ...

    def patiently(self, ask: Callable[[], Any]) -> None: ...


class Unsent(Api):
    """An account at a host that may be read, empty, and never changed."""

    def call(self, method: str, path: str, **_: Any) -> Any:
        assert method == "GET", f"{method} {path} was sent"
        raise AssertionError(f"{path} was asked")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    place = Place(tmp_path, "http://app", "http://sites")
    made = Session(
        db=None, lease=Lease(), place=place, api=Unsent("Host", "http://x", "t"),
        project=dict(PROJECT), live={}, domain="", account="o",
    )  # fmt: skip
    made.lease.job.external["manifest"] = place.blobs.put_manifest({})
    return made


@pytest.mark.parametrize("host", HOSTS)
def test_too_many_files_are_never_begun_with(session: Session, host: str, monkeypatch) -> None:
    module, most_files, _ = HOSTS[host]
    monkeypatch.setattr(github_pages.GitHubPages, "_head", lambda *_: None)
    digest, _ = session.place.blobs.put(b"page")
    files = {f"{n}/index.html": digest for n in range(most_files + 1)}
    with pytest.raises(PublishFailure, match=f"at most {most_files:,} files") as failure:
        module.publish(session, SITE, files)
    assert failure.value.code == "too_many_files"


@pytest.mark.parametrize("host", HOSTS)
def test_a_file_that_is_too_large_is_named_and_not_sent(
    session: Session, host: str, monkeypatch
) -> None:
    module, _, most_bytes = HOSTS[host]
    monkeypatch.setattr(github_pages.GitHubPages, "_head", lambda *_: None)
    large = hashlib.sha256(b"large").hexdigest()
    path = BlobStore(session.place.data_dir / "blobs").path(large)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(most_bytes + 1)  # A hole: no byte of it is on the disk.
    with pytest.raises(PublishFailure, match=r"video\.mp4") as failure:
        module.publish(session, SITE, {"video.mp4": large})
    assert failure.value.code == "file_too_large"
