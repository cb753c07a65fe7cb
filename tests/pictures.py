"""A picture on its way to Storage, as the page builder sends it: announced, sent, finished."""

from __future__ import annotations

from typing import Any

import httpx


def announce(supabase: httpx.Client, path: str, size: int, **more: Any) -> dict[str, Any]:
    """The row that waits for the file."""
    row = {"org_id": path.split("/")[0], "path": path, "size": size, "name": "Picture"}
    answer = supabase.post(
        "/rest/v1/assets",
        json=row | {"type": "image/png"} | more,
        headers={"prefer": "return=representation"},
    )
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()
    return dict(made)


def send(supabase: httpx.Client, path: str, data: bytes, kind: str = "image/png") -> httpx.Response:
    target = f"/storage/v1/object/assets/{path}"
    return supabase.post(target, content=data, headers={"content-type": kind})


def store(
    supabase: httpx.Client, path: str, data: bytes, kind: str = "image/png", **more: Any
) -> dict[str, Any]:
    """The row of a picture that has arrived."""
    row = announce(supabase, path, len(data), type=kind, **more)
    sent = send(supabase, path, data, kind)
    assert sent.is_success, sent.text
    finished = supabase.post("/rest/v1/rpc/finish_upload", json={"asset_id": row["id"]})
    assert finished.is_success, finished.text
    return dict(finished.json())
