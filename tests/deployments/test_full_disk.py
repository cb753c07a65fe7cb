"""CASES 189: no room is left for what is published."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployments.press import Press, Publisher

_MOUNT, _UMOUNT = "/bin/mount", "/bin/umount"


@pytest.fixture
def small_disk(press: Press) -> Iterator[Path]:
    """Two megabytes for everything that is published; what others have published waits below."""
    folder = press.data_dir / "blobs"
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(  # noqa: S603
        [_MOUNT, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield folder
    finally:
        subprocess.run([_UMOUNT, "--lazy", str(folder)], check=True)  # noqa: S603


def test_a_full_disk_leaves_what_is_live_and_says_what_is_wrong(
    small_disk: Path, press: Press, olive: Publisher
) -> None:
    site_id = olive.site(pages={"/": "<h1>The first</h1>"})
    filler = small_disk / "filler"
    with press.worker():
        url = olive.published(site_id)["url"]
        assert "The first" in press.visit(url).text
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(b"x" * 4096)
        olive.write(site_id, "/", "<h1>The second</h1>")
        failed = press.finished(olive.publish(site_id)["id"])
        assert failed["status"] == "error"
        assert failed["error"]["code"] == "disk_full"
        assert "live site is unchanged" in failed["error"]["detail"]
        assert "The first" in press.visit(url).text
        assert press.http.get(f"{press.app_url}/api/health").is_success
        # Nothing half-written is in the way once there is room.
        filler.unlink()
        assert olive.published(site_id)["url"] == url
        assert "The second" in press.visit(url).text
        assert not list(small_disk.rglob(".new-*"))
