"""plans.toml → the table `plans`: what each plan includes, and under which keys Stripe sells it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_FILE = Path("plans.toml")
Feature = Literal["head_code", "page_code"]
Interval = Literal["month", "year"]
Limit = Annotated[int, Field(ge=0)] | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Limits(_Strict):
    """How much of each a plan includes; what is left out has no limit."""

    sites: Limit = None
    pages: Limit = None
    members: Limit = None
    ai_credits: Limit = None
    deployments: Limit = None
    storage_mb: Limit = None
    custom_domains: Limit = None
    retention_days: Limit = None


class Plan(_Strict):
    """One plan of the file."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    summary: Annotated[str, Field(max_length=200)] = ""
    features: list[Feature] = []
    trial_days: Annotated[int, Field(ge=0, le=90)] = 0
    prices: dict[Interval, Annotated[str, Field(min_length=1, max_length=200)]] = {}
    limits: Limits


class _File(_Strict):
    plans: Annotated[list[Plan], Field(min_length=1, max_length=20)]


class PlansError(Exception):
    """The file cannot be used; the message says where and why."""


def read(file: Path) -> list[dict[str, Any]]:
    """Return the plans of a file, in its order. Raises PlansError."""
    try:
        told = _File.model_validate(tomllib.loads((ROOT / file).read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PlansError(f"{file.name}: {place}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise PlansError(f"{file.name} cannot be read: {error}") from None
    ids = [plan.id for plan in told.plans]
    keys = [key for plan in told.plans for key in plan.prices.values()]
    if "free" not in ids:
        raise PlansError(f'{file.name}: one of the plans must be "free".')
    if len(set(ids)) < len(ids) or len(set(keys)) < len(keys):
        raise PlansError(f"{file.name}: every plan and every price stands there once.")
    return [plan.model_dump() for plan in told.plans]
