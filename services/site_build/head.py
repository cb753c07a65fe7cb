"""The head of a published page. Every value is escaped here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from services.site_build.compile import LANGUAGE, clean_seo
from services.site_build.csp import page_policy
from services.site_build.head_code import HeadCode, clean_head_code, joined
from services.site_build.images import image_key
from services.site_build.model import CompiledPage, Json, SiteSource, Visits
from services.site_build.styles import Styles
from services.site_build.urls import scheme_of, to_root

TRACKER = "assets/visits.js"
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "ur", "yi"})


@dataclass(frozen=True)
class SiteHead:
    """What every page's head of one site has in common, prepared once per build."""

    name: str
    base_url: str
    language: str
    suffix: str
    seo: Json
    icon: str
    head_code: HeadCode
    policy: str
    visits: Visits | None
    # The rules that every page holds itself; '' where they link to the shared sheet.
    css: str


def site_head(site: SiteSource, css: str) -> SiteHead:
    """Prepare the common part of a site's heads.

    Nothing of the theme is in it (no theme-color) but in `css`, the rules that pages of a small
    site hold themselves: one edit of a colour would change every page.
    """
    head_code = clean_head_code(site.head_code)
    images = dict(site.images)
    icon = images.get(image_key(_text(site.seo.get("favicon"))))
    language = _text(site.seo.get("language"))
    return SiteHead(
        name=site.name.strip(),
        base_url=site.base_url,
        language=language if LANGUAGE.fullmatch(language) else "en",
        suffix=_text(site.seo.get("title_suffix")).strip()[:200],
        seo=clean_seo(site.seo, images),
        icon=icon.files[0].path if icon else "",
        head_code=head_code,
        policy=page_policy(head_code, ()),
        visits=site.visits,
        css=css,
    )


def opening(site: SiteHead, page: CompiledPage, styles: Styles, *, scripted: bool) -> str:
    """Return everything before a page's body; `scripted` says whether it needs `assets/site.js`."""
    code, policy = site.head_code, site.policy
    own = page.seo.get("head_code")
    if own:
        code = joined(site.head_code, clean_head_code(own))
    if own or page.script_hosts:
        policy = page_policy(code, page.script_hosts)
    scripts = [name for name, _ in page.scripts]
    if scripted:
        scripts.insert(0, "assets/site.js")
    lang = page.seo.get("language") or site.language
    about, root = _about(site, page), to_root(page.path)
    own_code = code.html + _visits(site, root)
    return _shell(site, policy, root, about, styles, scripts, lang, own_code)


def not_found_opening(site: SiteHead, base_path: str, styles: Styles) -> str:
    """Return everything before the body of 404.html, which a host shows at any depth."""
    about = f"<title>{escape(full_title('Page not found', site.suffix), quote=False)}</title>"
    about += _meta("name", "robots", "noindex")
    code = site.head_code.html + _visits(site, base_path, " data-missing")
    return _shell(site, site.policy, base_path, about, styles, [], site.language, code)


def _shell(
    site: SiteHead,
    policy: str,
    root: str,
    about: str,
    styles: Styles,
    scripts: list[str],
    language: str,
    code: str,
) -> str:
    # Without an icon of their own, browsers would ask the host's root for /favicon.ico.
    icon = f"{root}{site.icon}" if site.icon else "data:,"
    return (
        f"<!doctype html><html{_language(language)}><head>"
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{about}<link rel="icon" href="{escape(icon)}">'
        + (f"<style data-rb-site>{styles.inline}</style>" if styles.inline else "")
        + "".join(f'<link rel="stylesheet" href="{root}{name}">' for name in styles.linked)
        + code
        + "".join(f'<script src="{root}{name}" defer></script>' for name in scripts)
        + "</head><body>"
    )


def _visits(site: SiteHead, root: str, mark: str = "") -> str:
    """Return the script that counts visits: the site's own file, so it waits for no server of ours.

    `async`, so that the page never waits for it either. The page's policy lets it send: it says
    nothing of `connect-src`.
    """
    if site.visits is None:
        return ""
    told = f'data-site="{escape(site.visits.site_id)}" data-to="{escape(site.visits.collect_url)}"'
    return f'<script src="{root}{TRACKER}" async {told}{mark}></script>'


def address(site: SiteHead, path: str) -> str:
    """Return the absolute address of a page."""
    return site.base_url if path == "/" else f"{site.base_url}{path[1:]}/"


def _about(site: SiteHead, page: CompiledPage) -> str:
    """Return what describes the page: title, description, canonical link, Open Graph."""
    seo = page.seo
    title = full_title(page.title or site.name, site.suffix)
    description = seo.get("description") or site.seo.get("description", "")
    url = seo.get("canonical") or address(site, page.path)
    image, size = _picture(site, seo)
    parts = [f"<title>{escape(title, quote=False)}</title>"]
    if description:
        parts.append(_meta("name", "description", description))
    if seo.get("noindex") or site.seo.get("noindex"):
        parts.append(_meta("name", "robots", "noindex"))
    parts += [
        f'<link rel="canonical" href="{escape(url)}">',
        _meta("property", "og:type", "website"),
        _meta("property", "og:site_name", site.name),
        _meta("property", "og:title", seo.get("og_title") or title),
        _meta("property", "og:url", url),
    ]
    shared = seo.get("og_description") or description or site.seo.get("og_description", "")
    if shared:
        parts.append(_meta("property", "og:description", shared))
    if image:
        parts.append(_meta("property", "og:image", image))
        if size:
            parts.append(_meta("property", "og:image:width", str(size[0])))
            parts.append(_meta("property", "og:image:height", str(size[1])))
    parts.append(_meta("name", "twitter:card", "summary_large_image" if image else "summary"))
    parts.append(_meta("name", "generator", "Roseram Builder"))
    if seo.get("json_ld"):
        parts.append(f'<script type="application/ld+json">{seo["json_ld"]}</script>')
    return "".join(parts)


def full_title(title: str, suffix: str) -> str:
    """Join a page's title and its site's suffix, unless the title already says it."""
    if not suffix or suffix.strip(" -–—|·").lower() in title.lower():
        return title
    return f"{title}{suffix}" if suffix[0] in "-–—|·:," else f"{title} · {suffix}"


def _picture(site: SiteHead, seo: Json) -> tuple[str, Any]:
    source = seo if seo.get("og_image") else site.seo
    image = source.get("og_image", "")
    if image and not scheme_of(image):
        image = site.base_url + image
    return image, source.get("og_image_size")


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'


def _language(language: str) -> str:
    rtl = ' dir="rtl"' if language.split("-")[0].lower() in _RIGHT_TO_LEFT else ""
    return f' lang="{language}"{rtl}'


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
