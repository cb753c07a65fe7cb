"""CASES M 199: every setting missing, empty, garbage, quoted or swapped, in one plain message."""

import base64
import json
import re
from pathlib import Path

import pytest

from services.config import Config, ConfigError

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SUPABASE_URL": "https://project.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of-the-tests",
    "SUPABASE_SECRET_KEY": "sb_secret_of-the-tests",
    "APP_URL": "https://app.example.com",
    "SITES_URL": "https://sites.example.net",
}
LOCAL = GOOD | {
    "SUPABASE_URL": "http://127.0.0.1:54321",
    "APP_URL": "http://127.0.0.1:5000",
    "SITES_URL": "http://127.0.0.1:5001",
}


def older_key(role: str) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS256'})}.{part({'role': role})}.c2lnbmF0dXJl"


def problems(**changed: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(GOOD | changed)
    assert ".env.example" in str(caught.value)
    return caught.value.problems


def test_good_settings_are_taken() -> None:
    config = Config.from_env(GOOD)
    assert config.issuer == "https://project.supabase.co/auth/v1"
    assert config.hosted
    assert config.trusted_hosts == ["app.example.com"]
    assert config.data_dir == Path(".local")


def test_a_local_run_may_use_http() -> None:
    config = Config.from_env(LOCAL)
    assert not config.hosted
    assert config.trusted_hosts == ["127.0.0.1", "localhost"]


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({})
    for name in GOOD:
        assert f"{name} is missing." in caught.value.problems


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("empty", ["", "  ", '""', "''"])
def test_an_empty_setting_is_a_missing_one(name: str, empty: str) -> None:
    assert problems(**{name: empty}) == (f"{name} is missing.",)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", " {} ", '" {} "'])
def test_quotes_and_spaces_around_a_value_do_not_count(name: str, quoted: str) -> None:
    assert Config.from_env(GOOD | {name: quoted.format(GOOD[name])}) == Config.from_env(GOOD)


@pytest.mark.parametrize("name", ["SUPABASE_URL", "APP_URL", "SITES_URL"])
@pytest.mark.parametrize(
    "value",
    ["nonsense", "example.com", "ftp://example.com", "http://example.com", "https://", "https://a/b",
     "https://u:p@example.com", "https://a?b=1", "https://a#b", "https://a:0", "https://a:99999",
     "https://ex ample.com", "javascript:alert(1)", "https://a;script-src *", "https://a\nb"],
)  # fmt: skip
def test_an_address_must_be_an_origin(name: str, value: str) -> None:
    [problem] = problems(**{name: value})
    assert problem.startswith(f"{name} must be an address")


def test_every_site_may_have_a_host_name_of_its_own() -> None:
    config = Config.from_env(GOOD | {"SITES_URL": "https://{site}.sites.example.net"})
    assert config.sites_url == "https://{site}.sites.example.net"
    for elsewhere in ("https://a.{site}.net", "https://{site}.{site}.net", "https://{site}"):
        assert problems(SITES_URL=elsewhere)
    assert problems(APP_URL="https://{site}.example.com")


GARBAGE = [
    ("SUPABASE_PUBLISHABLE_KEY", "short"),
    ("SUPABASE_SECRET_KEY", "with spaces in the middle of it"),
    ("SUPABASE_SECRET_KEY", "ünïcode-is-no-part-of-a-key"),
    ("SUPABASE_JWT_SECRET", "too-short"),
    ("RATELIMIT_STORAGE_URI", "postgres://x"),
    ("TRUSTED_PROXIES", "many"),
    ("TRUSTED_PROXIES", "-1"),
    ("SENTRY_DSN", "https://sentry.example"),
    ("SMTP_URL", "mail.example.org"),
    ("SMTP_URL", "http://mail.example.com"),
    ("SMTP_URL", "smtp://mail.example.com:587/x"),
    ("SMTP_URL", "smtp://me:p@ss@mail.example.com"),
    ("MAIL_FROM", "nobody"),
    ("MAIL_FROM", "Me <me@example.com>\nBcc: you@example.com"),
]


@pytest.mark.parametrize(("name", "value"), GARBAGE)
def test_garbage_names_the_setting_and_never_its_value(name: str, value: str) -> None:
    [problem] = problems(**{name: value})
    assert problem.startswith(name)
    assert value not in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [("SUPABASE_PUBLISHABLE_KEY", "sb_secret_of-the-tests"),
     ("SUPABASE_SECRET_KEY", "sb_publishable_of-the-tests"),
     ("SUPABASE_PUBLISHABLE_KEY", older_key("service_role")),
     ("SUPABASE_SECRET_KEY", older_key("anon"))],
)  # fmt: skip
def test_swapped_keys_are_noticed(name: str, value: str) -> None:
    found = problems(**{name: value})
    assert any(name in problem for problem in found)
    assert not any(value in problem for problem in found)


def test_older_keys_are_taken_where_they_belong() -> None:
    keys = {
        "SUPABASE_PUBLISHABLE_KEY": older_key("anon"),
        "SUPABASE_SECRET_KEY": older_key("service_role"),
    }
    assert Config.from_env(GOOD | keys).supabase_publishable_key == older_key("anon")


def test_people_s_sites_may_not_share_the_app_s_origin() -> None:
    [problem] = problems(SITES_URL="https://APP.example.com/")
    assert "another origin" in problem


def test_secrets_stay_out_of_what_is_printed() -> None:
    config = Config.from_env(
        GOOD | {"SUPABASE_JWT_SECRET": "j" * 40, "SENTRY_DSN": "https://abc@s.example/1"}
    )
    for secret in ("sb_secret_of-the-tests", "j" * 40, "abc@s"):
        assert secret not in repr(config)
        assert secret not in json.dumps(config.public_settings())


def test_the_example_describes_every_setting_that_is_read() -> None:
    """Also the other way round: nothing above the last section is left over."""
    text = (ROOT / ".env.example").read_text()
    in_use = text.partition("on their way")[0]
    described = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", in_use, re.MULTILINE))
    sources = "".join(path.read_text() for path in (ROOT / "services").rglob("*.py"))
    reading = r"(?:_number\(|read\.\w+\(|environ(?:\.get\(|\[))"
    read = set(re.findall(rf'{reading}"([A-Z_]{{3,}})"', sources))
    read -= {"HTTP_HOST", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD"}  # of a WSGI request
    of_the_local_run = {"APP_HOST", "PORT", "SITES_PORT", "STUDIO_PORT", "SUPABASE_PORT"}
    assert described == read | of_the_local_run
    for name in described:
        assert re.search(rf"^# [A-Z].*[.:,)].*\n(?:# .*\n)*(?:# )?{name}=", text, re.MULTILINE), (
            name
        )


def test_the_design_s_settings_are_all_in_the_example() -> None:
    text = (ROOT / ".env.example").read_text()
    names = (
        "SUPABASE_URL SUPABASE_PUBLISHABLE_KEY SUPABASE_SECRET_KEY SUPABASE_JWT_SECRET APP_URL "
        "SITES_URL GROK_API_KEY GROK_BASE_URL GROK_MODEL STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET "
        "CREDENTIALS_KEYS GITHUB_CLIENT_ID GITHUB_CLIENT_SECRET NETLIFY_API_URL VERCEL_API_URL "
        "GITHUB_API_URL STRIPE_API_URL SENTRY_DSN SMTP_URL RATELIMIT_STORAGE_URI"
    )
    for name in re.findall(r"\w+", names):
        assert re.search(rf"^(# )?{name}=", text, re.MULTILINE), name
