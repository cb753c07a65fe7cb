"""Secrets in custom code: the publish is refused, in words that do not repeat them."""

from __future__ import annotations

import base64
import json

import pytest

from services.site_build import BuildError
from services.site_build.model import PageSource

# Put together here, so that no scanner takes this file for a leak.
JWT = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "HS256"}, {"iss": "supabase", "role": "service_role"}, {"x": 1})
)
SECRETS = [
    "sk_" + "live_" + "4eC39HqLyjWDarjtT1",
    "rk_" + "test_" + "4eC39HqLyjWDarjtT1",
    "xai-" + "a1" * 20,
    "sk-" + "proj-" + "a1B2" * 8,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a1" * 18,
    "sb_" + "secret_" + "a1b2c3d4e5f6",
    "xoxb-" + "1234567890-abc",
    "-----BEGIN " + "RSA PRIVATE KEY-----",
    "postgres://admin:hunter2@db.example/app",
    JWT,
]
PUBLIC = [
    "pk_" + "live_" + "4eC39HqLyjWDarjtT1",
    "sb_" + "publishable_" + "a1b2c3d4e5f6",
    "G-ABC1234567",
    "https://user.example/a?b=c@d",
    JWT.replace("c2VydmljZV9yb2xl", "YW5vbg")
    .replace("NlcnZpY2Vfcm9sZ", "Fub24")
    .replace("zZXJ2aWNlX3JvbG", "Fub24"),
]


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_a_secret_in_custom_code_is_refused_and_not_repeated(secret: str, publish) -> None:
    code = f"<script>const key = '{secret}';</script>"
    attempts = [
        ([PageSource("/", "x")], {"head_code": code}),
        ([PageSource("/", "x", js=f"k = '{secret}'")], {}),
        ([PageSource("/", "x", seo={"head_code": code})], {}),
        ([PageSource("/", "x", seo={"json_ld": {"key": secret}})], {}),
    ]
    for pages, site in attempts:
        with pytest.raises(BuildError) as refused:
            publish(*pages, **site)
        assert "Everybody can read a published page" in str(refused.value)
        assert secret not in str(refused.value)


@pytest.mark.parametrize("code", PUBLIC, ids=range(len(PUBLIC)))
def test_what_is_made_to_be_public_is_published(code: str, publish) -> None:
    head = f"<meta name='x' content='{code}'>"
    assert (
        "<title>x" in publish(PageSource("/", "x", js=f"k='{code}'"), head_code=head)["index.html"]
    )
