"""One page version, compiled once: cleaned, minified, its rules and script cut out and named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.site_build.components import expand
from services.site_build.css import clean_css, sheets
from services.site_build.forms import BEHAVIOR, fill_forms
from services.site_build.head_code import script_hosts
from services.site_build.html import Cleaned, clean_html
from services.site_build.images import finish_images, image_key, image_refs, picture_address
from services.site_build.model import (
    CompileContext,
    CompiledPage,
    Component,
    Image,
    Library,
    PageSource,
)
from services.site_build.rules import Rules, make_rules
from services.site_build.secrets_found import refuse_secrets
from services.site_build.urls import (
    allowed,
    is_image_data,
    page_file,
    plain,
    relative_file,
    scheme_of,
    to_root,
)

# Part of every digest: raise it when the same page would compile to other bytes.
COMPILER = "3"

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_KIND = re.compile(r"rb-([a-z][a-z0-9-]*?)(?:__|--|$)")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")
_TEXTS = ("description", "og_title", "og_description")
_MAX_TEXT = 2000
_MAX_CODE = 16384
_INDENT = re.compile(r"\n[ \t\n\r\f]*")
_VERBATIM = re.compile(r"(<pre[ >].*?</pre>|<textarea[ >].*?</textarea>)", re.DOTALL)


@dataclass(frozen=True)
class Compiler:
    """The compiler of one version of the library; make it once and share it."""

    library: Library
    rules: Rules = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", make_rules(self.library.allowlist, self.library.secrets))

    def expand(self, page: PageSource, components: Mapping[str, Component]) -> PageSource:
        """Put components into a page; what comes out is digested and compiled like any page."""
        return expand(page, components, self.rules)

    def digest(self, page: PageSource, context: CompileContext) -> str:
        """Return the key under which the compiled page may be kept."""
        return page_digest(page, context, self.rules)

    def compile(self, page: PageSource, context: CompileContext) -> CompiledPage:
        """Compile one page. Raises BuildError when it cannot be published."""
        return compile_page(page, context, self.rules)


def compile_page(page: PageSource, context: CompileContext, rules: Rules) -> CompiledPage:
    """Turn what a person saved into what a site is joined from. Raises BuildError."""
    page_file(page.path)
    refuse_secrets(_custom_code(page), rules.secrets)
    used: set[str] = set()
    images = dict(context.images)
    picture = picture_address(images, to_root(page.path), used)
    cleaned = clean_html(_text(page.html), page.path, rules, picture=picture)
    filled = fill_forms(cleaned.html, page.path, context.forms_url)
    finished = finish_images(filled.html, images, page.path)
    return CompiledPage(
        path=page.path,
        title=page.title.strip(),
        body=_minified(finished).encode("utf-8", "replace"),
        sheets=tuple(sheets(clean_css(_text(page.css), rules.css, url=_css_url(images, rules)))),
        scripts=_scripts(page.js),
        blocks=_blocks(cleaned),
        behaviors=_behaviors(cleaned, scripted=bool(filled.forms)),
        script_hosts=script_hosts(page.js) if page.js.strip() else (),
        seo=clean_seo(page.seo, images),
        updated_at=page.updated_at,
        missing=tuple(sorted(image_refs(page, context) - images.keys())),
        forms=filled.forms,
    )


def page_digest(page: PageSource, context: CompileContext, rules: Rules) -> str:
    """Return a digest of everything that the compiled page depends on."""
    refs = sorted(image_refs(page, context))
    known = [[ref, _image_key(context.images.get(ref))] for ref in refs]
    texts = [page.path, page.title, page.html, page.css, page.js, page.updated_at]
    # A page without a form is the same wherever its forms would send.
    sends = context.forms_url if "<form" in page.html.lower() else ""
    about = [COMPILER, rules.digest, texts, dict(page.seo), context.storage_url, known, sends]
    written = json.dumps(about, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def clean_seo(seo: Any, images: dict[str, Image]) -> dict[str, Any]:
    """Keep the SEO settings that are known; pictures become published addresses."""
    if not hasattr(seo, "get"):
        return {}
    kept: dict[str, Any] = {
        name: value.strip()[:_MAX_TEXT]
        for name in _TEXTS
        if isinstance(value := seo.get(name), str) and value.strip()
    }
    if seo.get("noindex") is True:
        kept["noindex"] = True
    canonical = seo.get("canonical")
    if isinstance(canonical, str) and scheme_of(plain(canonical)) in ("https", "http"):
        kept["canonical"] = plain(canonical)
    return kept | _custom(seo) | _og_image(seo.get("og_image"), images)


def _custom(seo: Any) -> dict[str, Any]:
    """Keep a page's own language, head code (cleaned where it is written) and structured data."""
    kept: dict[str, Any] = {}
    language = seo.get("language")
    if isinstance(language, str) and LANGUAGE.fullmatch(language):
        kept["language"] = language
    code = seo.get("head_code")
    if isinstance(code, str) and code.strip():
        kept["head_code"] = _text(code[:_MAX_CODE])
    data = seo.get("json_ld")
    if isinstance(data, dict | list) and data:
        # Inside <script> only these could end it or begin a comment.
        written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        for sign in "<>&":
            written = written.replace(sign, f"\\u{ord(sign):04x}")
        kept["json_ld"] = _text(written)
    return kept


def _custom_code(page: PageSource) -> Iterator[tuple[str, str]]:
    seo = page.seo if hasattr(page.seo, "get") else {}
    yield f"The script of the page {page.path}", page.js
    yield f"The head code of the page {page.path}", str(seo.get("head_code") or "")
    structured = json.dumps(seo.get("json_ld") or "")
    yield f"The structured data of the page {page.path}", structured


def _og_image(value: Any, images: dict[str, Image]) -> dict[str, Any]:
    if not isinstance(value, str):
        return {}
    image = images.get(image_key(value))
    if image:
        file = image.files[-1]
        return {"og_image": file.path, "og_image_size": [file.width, file.height]}
    url = plain(value)
    return {"og_image": url} if scheme_of(url) == "https" else {}


def _image_key(image: Image | None) -> Any:
    if image is None:
        return None
    return [image.width, image.height, [[f.path, f.width, f.height] for f in image.files]]


def _css_url(images: dict[str, Image], rules: Rules) -> Any:
    """Make the function for addresses in a sheet, which lies in `assets/`."""

    def address(value: str) -> str | None:
        url = plain(value)
        image = images.get(image_key(url))
        if image:
            return image.files[-1].path.removeprefix("assets/")
        if not allowed(url, rules.css.url_schemes, relative=True):
            return None
        if url[:5].lower() == "data:":
            return url if is_image_data(url, rules.image_types, rules.max_data_url) else None
        return relative_file(url, "/assets") if url.startswith("/") else url

    return address


def _text(text: str) -> str:
    """Return text that can be written: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _minified(html: str) -> str:
    """Take out indentation (comments went before), and leave one line break where it was.

    It goes no further on purpose: `minify-html` takes the space out of `<b>a</b> <b>b</b>` in a
    <div>, which a visitor sees, for one byte that compression saves anyway.
    """
    if "<pre" not in html and "<textarea" not in html:
        return _INDENT.sub("\n", html).strip()
    pieces = _VERBATIM.split(html)
    pieces[::2] = [_INDENT.sub("\n", piece) for piece in pieces[::2]]
    return "".join(pieces).strip()


def _scripts(js: str) -> tuple[tuple[str, bytes], ...]:
    if not js.strip():
        return ()
    data = js.strip().encode("utf-8", "replace") + b"\n"
    return ((f"assets/{hashlib.sha256(data).hexdigest()[:16]}.js", data),)


def _behaviors(cleaned: Cleaned, *, scripted: bool) -> tuple[str, ...]:
    """Name the behaviours of a page; a form has one without saying so."""
    named = set(filter(_NAME.fullmatch, cleaned.behaviors))
    return tuple(sorted(named | ({BEHAVIOR} if scripted else set())))


def _blocks(cleaned: Cleaned) -> tuple[str, ...]:
    """Name the block kinds on a page: by their mark, and by class for a part pasted without it."""
    kinds = {kind for kind in cleaned.blocks if _NAME.fullmatch(kind)}
    for value in cleaned.classes:
        for word in value.split():
            found = _KIND.match(word)
            if found:
                kinds.add(found.group(1))
    return tuple(sorted(kinds))
