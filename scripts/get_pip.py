"""Fetch pip's own wheel, for a Python that was packaged without it."""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import urllib.parse
import urllib.request
from pathlib import Path

NAME = "pip-26.3-py3-none-any.whl"
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def download(folder):
    """The path of the verified wheel, in `folder`; OSError when it cannot be had."""
    target = folder / NAME
    if target.exists() and is_genuine(target.read_bytes()):
        return target
    index = index_url().rstrip("/") + "/pip/"
    page = fetch(index).decode("utf-8", "replace")
    link = re.search(r'href="([^"]*{})[#"]'.format(re.escape(NAME)), page)
    if not link:
        raise OSError(f"{NAME} is not in the package index")
    wheel = fetch(urllib.parse.urljoin(index, link.group(1)))
    if not is_genuine(wheel):
        raise OSError(f"{NAME} is not the file that was expected")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(wheel)
    return target


def is_genuine(wheel):
    return hashlib.sha256(wheel).hexdigest() == SHA256


def index_url():
    """The index pip itself would use: a mirror where one is configured."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    config = configparser.ConfigParser(interpolation=None, strict=False)
    home = Path.home()
    config.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    return config.get("global", "index-url", fallback="https://pypi.org/simple")


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()
