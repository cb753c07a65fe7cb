"""What goes into the static build and what comes out, as plain frozen data.

    PageSource + CompileContext --compile_page--> CompiledPage
    SiteSource + CompiledPage*  --build_site----> File*

Whoever calls does the I/O: it reads rows and pictures, keeps compiled pages by
digest, and carries the files to a host.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One published rendition of a picture; `path` is relative to the site."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture the site may use: its own size, and its renditions from narrow to wide.

    `files` has at least one rendition; the last is the one for browsers without srcset.
    """

    width: int
    height: int
    files: tuple[ImageFile, ...]


@dataclass(frozen=True, slots=True)
class PageSource:
    """One row of `pages`, as a person saved it: hostile until compiled."""

    path: str
    title: str
    html: str = ""
    css: str = ""
    js: str = ""
    seo: Json = field(default_factory=dict)
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One row of `components`: as hostile as a page, and cleaned as part of it."""

    html: str = ""
    css: str = ""


@dataclass(frozen=True)
class Library:
    """The product's own parts of a site, read from static/src/site by site_library.py."""

    allowlist: Json
    theme: Json
    base_css: str
    block_css: Mapping[str, str]
    behaviors: Mapping[str, str]
    # The script that counts visits.
    tracker: str = ""
    # secrets.json: what may not stand in custom code.
    secrets: Json = field(default_factory=dict)
    # Gives the bytes of a font file that theme.json names; called only for fonts in use.
    font: Callable[[str], bytes | None] = lambda name: None


@dataclass(frozen=True)
class CompileContext:
    """What a page's compilation depends on besides the page.

    `images` is keyed by the reference as `image_refs` reports it; a picture that is
    not there stays as written when it is an https address, and is listed in `missing`.
    `storage_url` is `<SUPABASE_URL>/storage/v1/object/public/assets/`; `forms_url` is where this
    site's forms send to, up to the form's name, or '' where they send nowhere.
    """

    images: Mapping[str, Image] = field(default_factory=dict)
    storage_url: str = ""
    forms_url: str = ""


@dataclass(frozen=True, slots=True)
class Visits:
    """A site whose visits are counted: as which site, and where its pages tell of them."""

    site_id: str
    collect_url: str


@dataclass(frozen=True, slots=True)
class SiteSource:
    """One row of `sites`, and where the result will be served.

    `base_url` (ends in `/`) is the absolute address for canonical links, Open Graph and
    the sitemap; `base_path` (begins and ends in `/`) is only for 404.html, which a host
    serves at any depth: `/` for an archive, `/<org>/<site>/` for the local host.
    """

    name: str
    base_url: str
    base_path: str = "/"
    theme: Json = field(default_factory=dict)
    seo: Json = field(default_factory=dict)
    head_code: str = ""
    images: Mapping[str, Image] = field(default_factory=dict)
    # Old address → the address of the page that was there.
    redirects: Mapping[str, str] = field(default_factory=dict)
    visits: Visits | None = None
    # For sites of few pages: each holds its rules itself, so that nothing is waited for.
    inlines_css: bool = False


@dataclass(frozen=True, slots=True)
class CompiledPage:
    """A page, cleaned and minified once; packed.py turns it into bytes and back.

    `body` is ready to be joined. Sheets and scripts carry their published names, which
    come from their content, so equal ones of many pages are one file.
    """

    path: str
    title: str
    body: bytes
    sheets: tuple[tuple[str, bytes], ...] = ()
    scripts: tuple[tuple[str, bytes], ...] = ()
    blocks: tuple[str, ...] = ()
    behaviors: tuple[str, ...] = ()
    script_hosts: tuple[str, ...] = ()
    seo: Json = field(default_factory=dict)
    updated_at: str = ""
    missing: tuple[str, ...] = ()
    # Name → definition, as forms.py reads it from the markup.
    forms: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """One file of the published site: its path (`about/index.html`), bytes and digest."""

    path: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> File:
        return cls(path, data, hashlib.sha256(data).hexdigest())
