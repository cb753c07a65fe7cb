"""The allow-list, `static/src/site/allowlist.json`, made ready for use."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.site_build.model import Json
from services.site_build.secrets_found import Patterns, secret_patterns


@dataclass(frozen=True)
class UrlRule:
    """Which addresses one kind of attribute may hold."""

    kind: str
    schemes: frozenset[str]
    relative: bool


@dataclass(frozen=True)
class CssRules:
    """What people's style rules may contain."""

    at_rules: frozenset[str]
    denied_properties: frozenset[str]
    denied_functions: frozenset[str]
    url_schemes: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """The allow-list in the shapes that nh3 and our attribute checks want."""

    digest: str
    tags: frozenset[str]
    drop_content: frozenset[str]
    attributes: Mapping[str, set[str]]
    prefixes: frozenset[str]
    values: Mapping[str, frozenset[str]]
    patterns: Mapping[str, re.Pattern[str]]
    urls: Mapping[str, UrlRule]
    schemes: frozenset[str]
    image_types: frozenset[str]
    frame_sources: tuple[str, ...]
    frame_sandbox: str
    name_attributes: frozenset[str]
    name_pattern: re.Pattern[str]
    denied_names: frozenset[str]
    css: CssRules
    secrets: Patterns
    max_depth: int
    max_elements: int
    max_references: int
    max_attribute: int
    max_data_url: int


def make_rules(allowlist: Json, secrets: Json | None = None) -> Rules:
    """Prepare the allow-list once; the result is shared by all pages."""
    urls = _url_rules(allowlist["urls"])
    names, css, limits = allowlist["names"], allowlist["css"], allowlist["limits"]
    return Rules(
        digest=_digest([allowlist, secrets or {}]),
        tags=frozenset(allowlist["tags"]) | frozenset(allowlist["svg_tags"]),
        drop_content=frozenset(allowlist["drop_content"]),
        attributes=_attributes(allowlist),
        prefixes=frozenset(allowlist["attribute_prefixes"]),
        values={key: frozenset(values) for key, values in allowlist["attribute_values"].items()},
        patterns={key: re.compile(text) for key, text in allowlist["attribute_patterns"].items()},
        urls=urls,
        schemes=frozenset().union(*(rule.schemes for rule in urls.values())),
        image_types=frozenset(allowlist["image_types"]),
        frame_sources=tuple(allowlist["frame_sources"]),
        frame_sandbox=allowlist["frame_sandbox"],
        name_attributes=frozenset(names["attributes"]),
        name_pattern=re.compile(names["pattern"]),
        denied_names=frozenset(names["denied"]),
        css=CssRules(
            at_rules=frozenset(css["at_rules"]),
            denied_properties=frozenset(css["denied_properties"]),
            denied_functions=frozenset(css["denied_functions"]),
            url_schemes=frozenset(css["url_schemes"]),
        ),
        secrets=secret_patterns(secrets or {}),
        max_depth=limits["depth"],
        max_elements=limits["elements"],
        max_references=limits["references"],
        max_attribute=limits["attribute_length"],
        max_data_url=limits["data_url_length"],
    )


def _url_rules(groups: Json) -> dict[str, UrlRule]:
    rules = {}
    for kind, group in groups.items():
        if kind == "$comment":
            continue
        rule = UrlRule(kind, frozenset(group["schemes"]), group["relative"])
        rules.update(dict.fromkeys(group["attributes"], rule))
    return rules


def _attributes(allowlist: Json) -> dict[str, set[str]]:
    attributes = {tag: set(names) for tag, names in allowlist["attributes"].items()}
    for tag in allowlist["svg_tags"]:
        attributes[tag] = set(allowlist["svg_attributes"])
    return attributes


def _digest(lists: list[Json]) -> str:
    return hashlib.sha256(json.dumps(lists, sort_keys=True).encode()).hexdigest()
