"""The published page's own policy: its files' scripts, the head code's, and nothing else."""

from __future__ import annotations

from services.site_build.head_code import HeadCode


def page_policy(head_code: HeadCode, page_hosts: tuple[str, ...]) -> str:
    """Return the Content-Security-Policy that goes into the page as a meta element.

    Cleaning has already taken every script out of people's markup; this is the second lock.
    No inline script, no event attribute and no `javascript:` address runs, whatever the markup
    says. It stands in the page because a ZIP may land on a host that cannot set headers.
    """
    hosts = dict.fromkeys([*head_code.hosts, *page_hosts])
    scripts = " ".join(["'self'", *head_code.hashes, *hosts])
    return f"script-src {scripts}; script-src-attr 'none'; object-src 'none'; base-uri 'none'"
