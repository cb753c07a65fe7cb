"""Pictures lie in one bucket, one folder for each organization: nobody reaches into another's."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from tests.policies.people import ACME, ANON, BOREALIS, EDDIE, NORA, OLIVE, RITA, SAM, VERA, Person
from tests.policies.rest import Rest
from tests.policies.test_matrix import announce, new_file, picture, upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def send(rest: Rest, by: Person, method: str, path: str, body: object) -> httpx.Response:
    return rest.ask(by, method, f"/storage/v1/{path}", json=body)


def listed(rest: Rest, by: Person, prefix: str) -> str:
    answer = send(rest, by, "POST", "object/list/assets", {"prefix": prefix, "limit": 1000})
    return answer.text if answer.is_success else ""


def is_refused(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500


def file_of_sam(rest: Rest) -> str:
    name = f"{BOREALIS}/{uuid4()}.png"
    assert upload(rest, SAM, name).is_success
    return name


def test_everybody_may_download_a_picture_whose_address_they_know(rest: Rest) -> None:
    name = new_file(rest)
    answer = rest.ask(ANON, "GET", f"/storage/v1/object/public/assets/{name}")
    assert answer.content == picture()
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("person", [ANON, NORA, RITA, OLIVE], ids=lambda person: person.name)
@pytest.mark.parametrize("prefix", [BOREALIS, f"{BOREALIS}/", "", "/", BOREALIS[:8], "%", "_"])
def test_a_folder_of_others_cannot_be_listed(rest: Rest, person: Person, prefix: str) -> None:
    name = file_of_sam(rest).split("/")[1]
    assert name not in listed(rest, person, prefix)
    assert name in listed(rest, SAM, BOREALIS)


@pytest.mark.parametrize(
    "folder",
    [
        BOREALIS,
        f"{ACME}/../{BOREALIS}",
        f"{ACME}/%2e%2e/{BOREALIS}",
        f"{ACME}%2f..%2f{BOREALIS}",
        f"/{ACME}",
        f"//{BOREALIS}",
        f"./{BOREALIS}",
        ACME.upper(),
        BOREALIS.upper(),
        f"{ACME} ",
        f"{ACME}/deeper",
        "not-a-uuid",
        "",
        ".",
        "..",
        "{}",
        "null",
    ],
)
def test_an_upload_reaches_no_folder_but_ones_own(rest: Rest, folder: str) -> None:
    name = f"{uuid4()}.png"
    answer = upload(rest, EDDIE, f"{folder}/{name}")
    assert is_refused(answer), answer.text
    for owner, org in ((OLIVE, ACME), (SAM, BOREALIS)):
        assert name not in listed(rest, owner, org)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "x.svg",
            "x.html",
            "x.js",
            "x.png.html",
            "x",
            ".png",
            ".htaccess",
            "x.PNG.svg",
            "_redirects",
        ),
        *("a b.png", "%2e%2e.png", "x\\y.png", "x.png ", "é.png", "x" * 101 + ".png"),
    ],
)
def test_a_file_name_is_a_word_and_a_kind_of_picture(rest: Rest, name: str) -> None:
    assert is_refused(upload(rest, EDDIE, f"{ACME}/{name}"))


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/javascript", "x/y"])
def test_only_pictures_without_scripts_are_taken(rest: Rest, kind: str) -> None:
    name = f"{ACME}/{uuid4()}.png"
    assert announce(rest, EDDIE, name).is_success
    answer = rest.ask(
        EDDIE,
        "POST",
        f"/storage/v1/object/assets/{name}",
        content=SVG,
        headers={"content-type": kind},
    )
    assert is_refused(answer), answer.text


def test_a_picture_has_at_most_ten_megabytes(rest: Rest) -> None:
    name = f"{ACME}/{uuid4()}.png"
    assert announce(rest, EDDIE, name, 10 << 20).is_success
    answer = rest.ask(
        EDDIE,
        "POST",
        f"/storage/v1/object/assets/{name}",
        content=picture() + b"\0" * (10 << 20),
        headers={"content-type": "image/png"},
    )
    assert is_refused(answer)


@pytest.mark.parametrize("person", [EDDIE, OLIVE, NORA, ANON], ids=lambda person: person.name)
def test_a_file_of_others_is_not_replaced_moved_copied_or_deleted(
    rest: Rest, person: Person
) -> None:
    name = file_of_sam(rest)
    mine = f"{ACME}/{uuid4()}.png"
    upload(rest, person, name, "PUT")
    rest.ask(
        person,
        "POST",
        f"/storage/v1/object/assets/{name}",
        content=b"x",
        headers={"content-type": "image/png", "x-upsert": "true"},
    )
    for way in ("move", "copy"):
        body = {"bucketId": "assets", "sourceKey": name, "destinationKey": mine}
        assert is_refused(send(rest, person, "POST", f"object/{way}", body))
    send(rest, person, "DELETE", "object/assets", {"prefixes": [name]})
    send(rest, person, "DELETE", f"object/assets/{name}", {})
    kept = rest.ask(ANON, "GET", f"/storage/v1/object/public/assets/{name}")
    assert kept.content == picture()
    assert mine not in listed(rest, OLIVE, ACME)


def test_a_viewer_gets_no_signed_address_to_upload_to(rest: Rest) -> None:
    for person, org in ((VERA, ACME), (EDDIE, BOREALIS)):
        path = f"object/upload/sign/assets/{org}/{uuid4()}.png"
        assert is_refused(send(rest, person, "POST", path, {}))


@pytest.mark.parametrize("person", [ANON, EDDIE, OLIVE], ids=lambda person: person.name)
def test_nobody_changes_the_bucket(rest: Rest, person: Person) -> None:
    wider = {"id": "assets", "name": "assets", "public": True, "allowed_mime_types": None}
    assert is_refused(send(rest, person, "PUT", "bucket/assets", wider))
    assert is_refused(send(rest, person, "POST", "bucket", {"id": "mine", "name": "mine"}))
    send(rest, person, "POST", "bucket/assets/empty", {})
    send(rest, person, "DELETE", "bucket/assets", {})
    name = new_file(rest)
    assert rest.ask(ANON, "GET", f"/storage/v1/object/public/assets/{name}").is_success


# Avatars -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    [SAM.id, f"{EDDIE.id}/../{SAM.id}", f"{EDDIE.id}%2f..%2f{SAM.id}", SAM.id.upper(), ACME, "",
     EDDIE.id.upper(), f"{EDDIE.id} ", f"{EDDIE.id}/deeper", "null", "."],
)  # fmt: skip
def test_an_avatar_goes_into_the_persons_own_folder_only(rest: Rest, folder: str) -> None:
    answer = upload(rest, EDDIE, f"{folder}/{uuid4()}.png", bucket="avatars")
    assert is_refused(answer), answer.text


def test_an_avatar_is_a_small_picture_without_scripts(rest: Rest) -> None:
    def send_avatar(name: str, kind: str, content: bytes) -> httpx.Response:
        path = f"/storage/v1/object/avatars/{EDDIE.id}/{name}"
        return rest.ask(EDDIE, "POST", path, content=content, headers={"content-type": kind})

    assert is_refused(send_avatar(f"{uuid4()}.svg", "image/svg+xml", SVG))
    assert is_refused(send_avatar(f"{uuid4()}.png", "text/html", SVG))
    assert is_refused(send_avatar(f"{uuid4()}.html", "image/png", picture()))
    assert is_refused(send_avatar(f"{uuid4()}.png", "image/png", picture() + b"\0" * 524_288))
    assert send_avatar(f"{uuid4()}.png", "image/png", picture()).is_success


def test_an_account_leaves_no_file_and_adds_none_afterwards(rest: Rest) -> None:
    """The token of a deleted account lives on for up to an hour."""
    leaver = rest.newcomer("leaver")
    avatar = f"{leaver.id}/{uuid4()}.png"
    assert upload(rest, leaver, avatar, bucket="avatars").is_success
    org = rest.call(leaver, "create_organization", name=f"Leaving {uuid4()}").json()["id"]
    asset = f"{org}/{uuid4()}.png"
    assert upload(rest, leaver, asset).is_success

    for bucket, name in (("assets", asset), ("avatars", avatar)):
        refusal = rest.call(leaver, "delete_account")
        assert (refusal.status_code, refusal.json()["code"]) == (409, "PT409")
        assert refusal.json()["hint"] == f"{bucket}/{name.split('/')[0]}"
        assert rest.get(leaver, "organizations", select="id").json() == [{"id": org}]
        send(rest, leaver, "DELETE", f"object/{bucket}", {"prefixes": [name]})
    assert rest.call(leaver, "delete_account").is_success
    for bucket, name in (("assets", asset), ("avatars", avatar)):
        gone = rest.ask(ANON, "GET", f"/storage/v1/object/public/{bucket}/{name}")
        assert gone.status_code in (400, 404)
    assert is_refused(upload(rest, leaver, avatar, bucket="avatars"))
    assert is_refused(upload(rest, leaver, asset))
