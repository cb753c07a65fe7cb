"""A site's own domain at a host: what the host wants in the DNS, and whether it is there yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from services.vendors.api import Api, listed, value
from services.vendors.errors import Refused

# GitHub's own documentation names these for domains without a www.
# https://docs.github.com/pages/configuring-a-custom-domain-for-your-github-pages-site
_GITHUB_IPV4 = ("185.199.108.153", "185.199.109.153", "185.199.110.153", "185.199.111.153")
# https://docs.netlify.com/domains/configure-domains/configure-external-dns
_NETLIFY_IPV4 = "75.2.60.5"


def attach(host: str, api: Api, project: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give a site its domain and say what is missing. Raises VendorError."""
    if host == "netlify":
        api.call("PATCH", f"/sites/{_id(project)}", body={"custom_domain": name})
    elif host == "vercel":
        path = f"/v10/projects/{_id(project)}/domains"
        try:
            api.call("POST", path, body={"name": name}, again=True)
        except Refused as error:
            if error.status != 409:
                raise
            # In use: by this project, or else the next question is refused.
            api.get(f"/v9/projects/{_id(project)}/domains/{quote(name)}")
    else:
        api.call("PUT", f"{_repo(project)}/pages", body={"cname": name})
    return look(host, api, project, name)


def detach(host: str, api: Api, project: Mapping[str, Any], name: str) -> None:
    """Take the domain from the site. Raises VendorError."""
    if host == "netlify":
        api.call("PATCH", f"/sites/{_id(project)}", body={"custom_domain": ""})
    elif host == "vercel":
        path = f"/v9/projects/{_id(project)}/domains/{quote(name)}"
        try:
            api.call("DELETE", path, again=True)
        except Refused as error:
            if error.status != 404:
                raise
    else:
        api.call("PUT", f"{_repo(project)}/pages", body={"cname": None})


def look(host: str, api: Api, project: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Ask the host again; ask for a certificate where it will give one. Raises VendorError."""
    found = {"netlify": _netlify, "vercel": _vercel, "github_pages": _github}[host](
        api, project, name
    )
    return {"name": name, "checked_at": datetime.now(UTC).isoformat(timespec="seconds"), **found}


def _netlify(api: Api, project: Mapping[str, Any], name: str) -> dict[str, Any]:
    zones = listed(api.get(f"/sites/{_id(project)}/dns").data)
    servers = [str(each) for zone in zones for each in zone.get("dns_servers") or []]
    records = [_record("NS", name, each) for each in servers] or [
        _record("A", name, _NETLIFY_IPV4)
        if _is_apex(name)
        else _record("CNAME", name, str(project["url"]).removeprefix("https://"))
    ]
    try:
        try:
            certificate = api.get(f"/sites/{_id(project)}/ssl").data
        except Refused as error:
            if error.status != 404:
                raise
            certificate = api.call("POST", f"/sites/{_id(project)}/ssl").data
    except Refused as error:
        if error.status != 422:
            raise
        return _state(False, records, "none", error.message)
    return _state(True, records, str((certificate or {}).get("state") or "requested"), "")


def _vercel(api: Api, project: Mapping[str, Any], name: str) -> dict[str, Any]:
    path = f"/v9/projects/{_id(project)}/domains/{quote(name)}"
    domain = api.get(path).data
    if not domain.get("verified"):
        domain = api.call("POST", f"{path}/verify", again=True).data
    config = api.get(f"/v6/domains/{quote(name)}/config", projectIdOrName=project["id"]).data
    records = [
        _record(str(each["type"]), str(each["domain"]), str(each["value"]))
        for each in domain.get("verification") or []
    ]
    if _is_apex(name):
        best = _first(value(config, "recommendedIPv4", list))
        records += [_record("A", name, str(each)) for each in best or []]
    else:
        cname = _first(value(config, "recommendedCNAME", list))
        records.append(_record("CNAME", name, str(cname or "")))
    right = bool(domain.get("verified")) and not config.get("misconfigured")
    return _state(right, records, "issued by Vercel" if right else "none", "")


def _github(api: Api, project: Mapping[str, Any], name: str) -> dict[str, Any]:
    # The first question only begins the check, and is answered with 202.
    health = api.get(f"{_repo(project)}/pages/health")
    pages = api.get(f"{_repo(project)}/pages").data
    certificate = (pages.get("https_certificate") or {}).get("state") or "none"
    if certificate == "approved" and not pages.get("https_enforced"):
        # Only now: in the call that sets the domain GitHub refuses it.
        api.call("PUT", f"{_repo(project)}/pages", body={"https_enforced": True})
    records = (
        [_record("A", name, each) for each in _GITHUB_IPV4]
        if _is_apex(name)
        else [_record("CNAME", name, f"{str(project['owner']).lower()}.github.io")]
    )
    about = (health.data or {}).get("domain") or {}
    right = health.status == 200 and bool(about.get("dns_resolves"))
    return _state(right, records, certificate, str(about.get("reason") or ""))


def _state(
    right: bool, records: list[dict[str, str]], certificate: str, said: str
) -> dict[str, Any]:
    return {
        "state": "live" if right else "pending",
        "records": records[:20],
        "certificate": certificate[:60],
        "said": said[:200],
    }


def _record(kind: str, name: str, target: str) -> dict[str, str]:
    return {"type": kind[:10], "name": name[:255], "value": target[:300]}


def _first(ranked: list[Any]) -> Any:
    """Vercel's first choice among the values it recommends."""
    good = [each for each in ranked if isinstance(each, dict) and "value" in each]
    return min(good, key=lambda each: each.get("rank", 99))["value"] if good else None


def _is_apex(name: str) -> bool:
    """A guess without a list of suffixes: example.com, not www.example.com."""
    return name.count(".") == 1


def _id(project: Mapping[str, Any]) -> str:
    return quote(str(project["id"]), safe="")


def _repo(project: Mapping[str, Any]) -> str:
    return f"/repos/{quote(str(project['repo']), safe='/')}"
