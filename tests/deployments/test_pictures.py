"""Pictures in a published site: fetched once, in several widths, and never a reason to fail."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from PIL import Image

from tests import pictures


def photo(width: int = 1000, height: int = 600) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 30).convert("RGB").save(out, "PNG")
    return out.getvalue()


def upload(person, data: bytes, kind: str = "image/png") -> str:
    name = f"{person.org_id}/{uuid.uuid4()}.png"
    pictures.store(person.supabase, name, data, kind)
    return f"{person.stack.supabase_url}/storage/v1/object/public/assets/{name}"


def published_html(press, row) -> str:
    return press.visit(row["url"]).text


def test_an_uploaded_picture_is_published_in_several_widths_from_the_sites_own_address(
    press, worker, olive
):
    ref = upload(olive, photo())
    row = olive.published(olive.site(pages={"/": f'<p><img src="{ref}" alt="Bread"></p>'}))
    html = published_html(press, row)
    assert press.supabase_url not in html
    widths = re.findall(r"assets/img/[\w-]+-(\d+)-[0-9a-f]+\.webp (\d+)w", html)
    assert widths == [("480", "480"), ("800", "800"), ("1000", "1000")]
    for name in (name for name in row["manifest"] if name.startswith("assets/img/")):
        answer = press.visit(row["url"] + name)
        assert answer.headers["Content-Type"] == "image/webp"
        assert "immutable" in answer.headers["Cache-Control"]
        assert Image.open(io.BytesIO(answer.content)).format == "WEBP"


def test_a_stock_picture_is_copied_into_the_site(press, worker, olive):
    html = '<p><img src="/static/stock/bread-loaves.webp" alt="Loaves"></p>'
    row = olive.published(olive.site(pages={"/": html}))
    assert any(name.startswith("assets/img/bread-loaves-") for name in row["manifest"])
    assert "/static/stock/" not in published_html(press, row)


def test_a_picture_is_drawn_once_and_comes_from_the_cache_after(press, worker, olive):
    ref = upload(olive, photo())
    site = olive.site(pages={"/": f'<img src="{ref}" alt="">'})
    first = olive.published(site)
    blobs = press.data_dir / "blobs"
    before = {path for path in blobs.rglob("*")}
    olive.write(site, "/", f'<img src="{ref}" alt="Bread"><p>more</p>')
    second = olive.published(site)
    pictures = {k: v for k, v in first["manifest"].items() if k.startswith("assets/img/")}
    assert pictures.items() <= second["manifest"].items()
    drawn = set(pictures.values())
    assert not drawn & {path.name for path in set(blobs.rglob("*")) - before}


@pytest.mark.parametrize("what", ["gone", "no picture"])
def test_a_picture_that_cannot_be_published_is_left_out_and_named(press, worker, olive, what):
    ref = upload(olive, b"<script>alert(1)</script>") if what == "no picture" else (
        f"{press.supabase_url}/storage/v1/object/public/assets/{olive.org_id}/{uuid.uuid4()}.png"
    )  # fmt: skip
    row = olive.published(olive.site(pages={"/": f'<p>words</p><img src="{ref}" alt="">'}))
    assert any(line["text"].startswith("Picture left out") for line in row["log"])
    assert not any(name.startswith("assets/img/") for name in row["manifest"])
    assert "words" in published_html(press, row)
