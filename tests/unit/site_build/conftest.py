"""What the tests of the static build share: the real library, and a way to publish one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.site_build import Compiler, build_site
from services.site_build.model import (
    CompileContext,
    Image,
    ImageFile,
    Library,
    PageSource,
    SiteSource,
)
from services.site_library import load_library

Publish = Callable[..., dict[str, str]]
STORAGE = "https://project.example/storage/v1/object/public/assets/"


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def compiler(library: Library) -> Compiler:
    return Compiler(library)


@pytest.fixture(scope="session")
def pictures() -> CompileContext:
    """Two pictures of ours: a wide one with three renditions, a small one."""
    widths = (480, 800, 1600)
    wide = Image(
        1600, 1200, tuple(ImageFile(f"assets/img/w-{w}.webp", w, w * 3 // 4) for w in widths)
    )
    small = Image(64, 64, (ImageFile("assets/img/logo.webp", 64, 64),))
    stored = f"{STORAGE}11111111-2222-3333-4444-555555555555/aaaa.webp"
    return CompileContext(
        {"/static/stock/wide.webp": wide, "/static/stock/logo.png": small, stored: wide}, STORAGE
    )


@pytest.fixture(scope="session")
def publish(compiler: Compiler, library: Library, pictures: CompileContext) -> Publish:
    """`publish(PageSource(...), ..., name="Acme")` gives the site's files as text, by path."""

    def run(*pages: PageSource, **site: Any) -> dict[str, str]:
        settings = {"name": "Acme", "base_url": "https://acme.example/", "images": pictures.images}
        source = SiteSource(**(settings | site))
        compiled = (compiler.compile(page, pictures) for page in pages)
        return {
            file.path: file.data.decode("utf-8", "backslashreplace")
            for file in build_site(source, compiled, library)
        }

    return run
