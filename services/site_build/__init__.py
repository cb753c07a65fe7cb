"""Rows to files: the static build as a pure function. README.md states the law."""

from services.site_build.compile import Compiler, compile_page, page_digest
from services.site_build.components import component_refs
from services.site_build.errors import BuildError
from services.site_build.forms import FORMS
from services.site_build.images import image_path, image_refs, site_image_refs
from services.site_build.packed import pack, unpack
from services.site_build.redirects import REDIRECTS
from services.site_build.site import build_site
from services.site_build.warm import SiteIndex, index_site, update_site

__all__ = [
    "FORMS",
    "REDIRECTS",
    "BuildError",
    "SiteIndex",
    "Compiler",
    "build_site",
    "compile_page",
    "component_refs",
    "image_path",
    "image_refs",
    "index_site",
    "pack",
    "page_digest",
    "site_image_refs",
    "unpack",
    "update_site",
]
