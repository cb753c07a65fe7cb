"""Slugs and paths become folders, files and host names: what could be more is refused."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, EDDIE, ident
from tests.policies.rest import Rest

SITE = ident("site of Acme")

HOSTILE_WORDS = [
    "",
    *(
        "..",
        ".",
        " ",
        "-",
        "--",
        "_",
        "~",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "../../etc",
        "..\\..",
        "a..b",
    ),
    *(
        "%2e%2e%2f",
        "%00",
        "a%20b",
        "a b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\n",
        "\na",
        "a\u00a0b",
        "a\u200bb",
    ),
    *("CON", "con", "prn", "aux", "nul", "com1", "lpt9", "Con", "con.txt", "nul.html"),
    *(
        "trailing.",
        ".leading",
        "trailing-",
        "-leading",
        "two--hyphens",
        "xn--80ak6aa92e",
        "under_score",
    ),
    *(
        "Upper",
        "ÜBER",
        "über",
        "раураl",
        "ｆｕｌｌ",
        "ß",
        "１２",
        "İstanbul",
        "e\u0301",
        "\u202egpj",
        "a\u202e",
    ),
    *(
        "日本",
        "🙂",
        "a" * 64,
        "a" * 300,
        "a-" * 40,
        "a'b",
        'a"b',
        "a;b",
        "a<b>",
        "a&b",
        "a|b",
        "$(id)",
    ),
    *(
        "_redirects",
        "_headers",
        "netlify.toml",
        "vercel.json",
        ".nojekyll",
        ".git",
        ".env",
        ".htaccess",
    ),
    *(
        ".well-known",
        "404",
        "index",
        "index.html",
        "robots.txt",
        "sitemap.xml",
        "http://evil",
        "//evil",
    ),
    *(
        "cname",
        "CNAME",
        "www",
        "api",
        "admin",
        "javascript:alert(1)",
        "a?b",
        "a#b",
        "a:b",
        "C:",
        "@",
        "*",
    ),
]
RESERVED_SLUGS = [
    *(
        "preview",
        "static",
        "assets",
        "login",
        "dashboard",
        "auth",
        "storage",
        "rest",
        "mail",
        "smtp",
    ),
    *("localhost", "health", "root", "support", "postmaster", "security", "git", "null", "roseram"),
]
GOOD_SLUGS = ["a", "7", "acme", "acme-2", "a-b-c", "2024", "conference", "console", "a" * 63]
HOSTILE_PATHS = [
    *(
        "",
        "about",
        "/about/",
        "//",
        "/a//b",
        "/./a",
        "/../a",
        "/a/..",
        "/a/./b",
        "/a/index",
        "/index",
    ),
    *(
        "/About",
        "/a/B",
        "/index.html",
        "/a.html",
        "/ a",
        "/a ",
        "/a%2fb",
        "/a?b",
        "/a#b",
        "\\a",
        "/a\\b",
    ),
    *("/404", "/500", "/cname", "/assets", "/assets/x", "/static/x", "/a/con", "/nul", "/com1/a"),
    *(
        "/well-known/x",
        "/robots",
        "/sitemap",
        "/favicon",
        "/a-/b",
        "/-a",
        "/a--b",
        "/xn--a",
        "/" + "a" * 64,
    ),
    *(
        "/a/b/c/d/e/f/g/h/i",
        "/" + "/".join(["a" * 50] * 5),
        "/a\n",
        "/a\u0000b"[:2] + "\u202eb",
        "/é",
    ),
]
GOOD_PATHS = [
    *("/", "/about", "/about-us", "/blog/2024/first-post", "/a/b/c/d/e/f/g/h", "/7", "/docs/api"),
    *("/" + "a" * 63, "/console", "/index-of-things", "/pages/admin"),
]

HOSTILE_SEGMENTS = [f"/{word}" for word in HOSTILE_WORDS if word not in ("", "a/b")]


def refuses(db: Database, sql: str, *values: str) -> bool:
    try:
        db.run(sql, *values, by=EDDIE)
    except Refused as refusal:
        # 22021: the bytes are no text at all.
        assert refusal.code in ("23514", "22021"), refusal
        return True
    return False


@pytest.mark.parametrize("slug", [*HOSTILE_WORDS, *RESERVED_SLUGS], ids=repr)
def test_a_hostile_slug_is_refused(db: Database, slug: str) -> None:
    assert refuses(db, "insert into sites (org_id, name, slug) values ($1, 'Site', $2)", ACME, slug)
    assert refuses(db, "update sites set slug = $2 where id = $1", SITE, slug)


@pytest.mark.parametrize("path", [*HOSTILE_PATHS, *HOSTILE_SEGMENTS], ids=repr)
def test_a_hostile_page_path_is_refused(db: Database, path: str) -> None:
    assert refuses(
        db, "insert into pages (site_id, title, path) values ($1, 'Page', $2)", SITE, path
    )
    page = ident("page of Acme")
    assert refuses(db, "update pages set path = $2 where id = $1", page, path)


@pytest.mark.parametrize("slug", GOOD_SLUGS)
def test_an_ordinary_slug_is_taken(db: Database, slug: str) -> None:
    sql = "insert into sites (org_id, name, slug) values ($1, 'Site', $2) returning slug"
    assert db.value(sql, ACME, slug, by=EDDIE) == slug


@pytest.mark.parametrize("path", GOOD_PATHS)
def test_an_ordinary_page_path_is_taken(db: Database, path: str) -> None:
    db.run("delete from pages where site_id = $1", SITE)
    sql = "insert into pages (site_id, title, path) values ($1, 'Page', $2) returning path"
    assert db.value(sql, SITE, path, by=EDDIE) == path


def test_the_api_says_422_or_400_and_shows_no_row(rest: Rest) -> None:
    for slug in ("..", "CON", "www", "xn--80ak6aa92e"):
        answer = rest.insert(EDDIE, "sites", org_id=ACME, name="Site", slug=slug)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["code"] == "23514"
        assert "Failing row" not in answer.text


def test_a_path_is_taken_once_in_a_site(rest: Rest) -> None:
    row = {"site_id": SITE, "title": "Twice", "path": "/twice"}
    assert rest.insert(EDDIE, "pages", **row).status_code == 201
    assert rest.insert(EDDIE, "pages", **row).status_code == 409


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Hearth & Crumb", "hearth-crumb"),
        ("  Ærlig Ünïcode!  ", "rlig-unicode"),
        ("日本", "site"),
        ("🙂", "site"),
        ("Admin", "admin-site"),
        ("CON", "con-site"),
        ("../../etc/passwd", "etc-passwd"),
        ("xn--80ak6aa92e", "xn-80ak6aa92e"),
        ("x" * 80, "x" * 40),
    ],
)
def test_a_site_without_a_slug_gets_one_from_its_name(db: Database, name: str, slug: str) -> None:
    sql = "insert into sites (org_id, name) values ($1, $2) returning slug"
    assert db.value(sql, ACME, name, by=EDDIE) == slug
    assert db.value(sql, ACME, name, by=EDDIE) == f"{slug}-2"
    assert db.value(sql, ACME, name, by=EDDIE) == f"{slug}-3"


@pytest.mark.parametrize(
    "name", ["", " ", "\t", "a\nb", "a\u0007b", "safe\u202eexe.gpj", "x" * 81], ids=repr
)
def test_a_name_is_one_readable_line(db: Database, name: str) -> None:
    assert refuses(db, "insert into sites (org_id, name) values ($1, $2)", ACME, name)
    with pytest.raises(Refused, match="1 to 80 characters"):
        db.run("select create_organization($1)", name, by=EDDIE)


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "localhost",
            "127.0.0.1",
            "1.2.3.4",
            "[::1]",
            "*.example.org",
            "example",
            "-a.org",
            "a-.org",
        ),
        *(
            "a..org",
            ".org",
            "org.",
            "a.org.",
            "A.org",
            "a_b.org",
            "http://a.org",
            "a.org/x",
            "a.org:80",
        ),
        *(
            "user@a.org",
            "a.local",
            "db.internal",
            "x.test",
            "a" * 64 + ".org",
            ("a" * 60 + ".") * 5 + "org",
        ),
        *("ünï.org", " a.org", "a.org\n", "a.1", "x.arpa", ""),
    ],
    ids=repr,
)
def test_a_domain_that_is_no_public_host_name_is_refused(db: Database, domain: str) -> None:
    assert refuses(db, "update sites set domain = $2 where id = $1", SITE, domain)


@pytest.mark.parametrize(
    "domain", ["a.org", "www.hearth-crumb.co.uk", "xn--bcher-kva.ch", "x.y.z.museum"]
)
def test_an_ordinary_domain_is_taken(db: Database, domain: str) -> None:
    db.run("update sites set domain = $2 where id = $1", SITE, domain, by=EDDIE)


@pytest.mark.parametrize("column", ["theme", "seo"])
@pytest.mark.parametrize("value", ["[]", '"text"', "1", "null", '{"a": "' + "x" * 20000 + '"}'])
def test_theme_and_seo_are_small_objects(db: Database, column: str, value: str) -> None:
    assert refuses(db, f"update sites set {column} = $2::jsonb where id = $1", SITE, value)


@pytest.mark.parametrize(
    ("column", "most"), [("html", 2 << 20), ("css", 512 << 10), ("js", 256 << 10)], ids=str
)
def test_page_texts_end_exactly_at_their_limit(db: Database, column: str, most: int) -> None:
    page = ident("page of Acme")
    # In bytes, not in characters.
    text = "repeat('é', $2::int / 2) || repeat('x', $3::int)"
    sql = f"update pages set {column} = {text} where id = $1"
    assert refuses(db, sql, page, str(most), "1")
    db.run(sql, page, str(most), "0", by=EDDIE)
