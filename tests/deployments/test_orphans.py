"""What an organization leaves outside of the database goes after it: published files, pictures."""

from __future__ import annotations

from uuid import uuid4

import httpx

from services.config import Config
from services.deployments.orphans import remove_orphans
from services.deployments.settle import settle
from services.supabase import as_service
from tests import pictures
from tests.deployments.press import Press, Publisher, Worker

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def upload(person: Publisher, path: str) -> str:
    """A picture of theirs; its public address."""
    bucket, name = path.split("/", 1)
    if bucket == "assets":
        pictures.store(person.supabase, name, PNG)
        return f"{person.stack.supabase_url}/storage/v1/object/public/{path}"
    headers = {"Content-Type": "image/png"}
    answer = person.supabase.post(f"/storage/v1/object/{path}", content=PNG, headers=headers)
    assert answer.is_success, answer.text
    return f"{person.stack.supabase_url}/storage/v1/object/public/{path}"


def status(url: str) -> int:
    return httpx.get(url, trust_env=False).status_code


def test_a_deleted_organization_leaves_nothing_to_visit(
    press: Press, worker: Worker, olive: Publisher
) -> None:
    goner = Publisher.signs_up(press, "goner")
    gone, kept = (upload(each, f"assets/{each.org_id}/picture.png") for each in (goner, olive))
    site = goner.site(pages={"/": "<h1>Home</h1>"})
    preview = press.finished(goner.publish(site, target="preview")["id"])["url"]
    url = press.finished(goner.publish(site)["id"])["url"]
    assert [status(each) for each in (gone, kept, url, preview)] == [200] * 4
    assert goner.rpc("delete_organization", org_id=goner.org_id, typed_name="goner and friends")

    db = as_service(Config.from_env(press.env))
    settle(db, press.data_dir)
    remove_orphans(db)
    assert [status(each) for each in (gone, url, preview)] == [400, 404, 404]
    assert status(kept) == 200
    assert remove_orphans(db) == 0
    goner.close()


def test_a_portrait_of_nobody_is_removed_and_of_somebody_kept(
    press: Press, olive: Publisher
) -> None:
    """delete_account() asks for it to be removed first; an account deleted by hand does not."""
    db = as_service(Config.from_env(press.env))
    portraits = db.storage.from_("avatars")
    path = f"{uuid4()}/picture.png"
    portraits.upload(path, PNG, {"content-type": "image/png"})
    nobodys = portraits.get_public_url(path)
    hers = upload(olive, f"avatars/{olive.id}/picture.png")
    assert status(nobodys) == 200
    remove_orphans(db)
    assert [status(each) for each in (nobodys, hers)] == [400, 200]
