"""Proof of work: what a visitor's browser did before it sent (static/src/site/behaviors/form.js).

A proof is `<seconds>.<random>.<count>`; SHA-256 of it, with the form's place before it, begins
with `BITS` zero bits. Each counts once: the database remembers it for as long as it could be shown
again.
"""

from __future__ import annotations

import hashlib
import re

BITS = 15
# Visitors' clocks are wrong by hours more often than one would think.
OLDEST_SECONDS = 24 * 3600
_FORM = re.compile(r"(\d{9,11})\.\d{1,24}\.\d{1,12}")


def holds(proof: str, place: str, *, now: float) -> bool:
    """Say whether this is work done for this form, and not long ago."""
    found = _FORM.fullmatch(proof)
    if not found or abs(now - int(found.group(1))) > OLDEST_SECONDS:
        return False
    digest = hashlib.sha256(f"{place}|{proof}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0
