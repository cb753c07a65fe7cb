"""Clean addresses, and links that work in any folder of any host."""

from __future__ import annotations

import re
from posixpath import join, normpath

import pytest

from services.site_build import BuildError, Compiler
from services.site_build.model import CompileContext, PageSource
from services.site_build.urls import page_file


@pytest.mark.parametrize(
    ("path", "file"),
    [("/", "index.html"), ("/about", "about/index.html"), ("/a/b-c", "a/b-c/index.html")],
)
def test_a_page_is_a_folder(path: str, file: str) -> None:
    assert page_file(path) == file


@pytest.mark.parametrize(
    "path",
    ["", "about", "/About", "/a/", "//a", "/../a", "/a/..", "/.git", "/_redirects", "/a b", "/é",
     "/a%2fb", "/a.html", "/con", "/a/nul", "/assets", "/assets/x", "/a#b", "/a?b", "/-",
     "/a-", "/\x00"],
)  # fmt: skip
def test_an_address_that_cannot_be_a_file_is_refused(path: str, compiler: Compiler) -> None:
    with pytest.raises(BuildError):
        compiler.compile(PageSource(path, "x"), CompileContext())


@pytest.mark.parametrize(
    ("page", "link", "written"),
    [
        ("/", "/", "./"),
        ("/", "/about", "about/"),
        ("/about", "/", "../"),
        ("/about", "/about", "../about/"),
        ("/about", "/contact#form", "../contact/#form"),
        ("/a/b", "/contact?x=/1&y", "../../contact/?x=/1&amp;y"),
        ("/a/b", "/Contact/", "../../contact/"),
        ("/a/b", "c", "../../a/c/"),
        ("/about", "contact", "../contact/"),
        ("/about", "../../../etc", "../etc/"),
        ("/about", "/x/../../y", "../y/"),
        ("/about", "#here", "#here"),
        ("/about", "?page=2", "?page=2"),
        ("/about", "/files/menu.pdf", "../files/menu.pdf"),
        ("/about", "https://other.example/a", "https://other.example/a"),
        ("/about", "//other.example/a", "https://other.example/a"),
        ("/about", "/\\other.example/a", "https://other.example/a"),
        ("/about", " mailto:a@b.example ", "mailto:a@b.example"),
        ("/about", "tel:+4412345", "tel:+4412345"),
    ],
)
def test_links_become_relative_to_the_page(
    page: str, link: str, written: str, compiler: Compiler
) -> None:
    html = f'<a href="{link.replace("&", "&amp;")}">x</a>'
    body = compiler.compile(PageSource(page, "x", html), CompileContext()).body.decode()
    assert body == f'<a href="{written}">x</a>'


def test_every_link_between_pages_leads_to_a_file(publish) -> None:
    paths = ["/", "/about", "/shop", "/shop/bread", "/shop/bread/rye"]
    html = "".join(f'<a href="{path}">x</a>' for path in paths)
    files = publish(*(PageSource(path, "x", html) for path in paths))
    for path in paths:
        here = page_file(path)
        for link in re.findall(r'(?:href|src)="([^"]*)"', files[here]):
            if ":" in link:
                continue
            target = normpath(join(here, "..", link))
            assert (
                target if "." in target.rsplit("/")[-1] else f"{target}/index.html"
            ) in files or (target == "." and "index.html" in files), link
