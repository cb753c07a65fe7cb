"""Stripe's API as its own client describes it: the types that the package carries, at its version.

Every parameter and every field stands there with its type, so requests and answers are judged by
what was generated from Stripe's specification. Enumerations may grow, so an unknown word passes
where the type says so; an unknown field never does, as at Stripe's.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import types
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import (
    Any,
    ClassVar,
    ForwardRef,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
)
from urllib.parse import parse_qsl

import stripe
from stripe import (
    ListObject,
    StripeObject,
)
from typing_extensions import is_typeddict

from tests.contracts.description import Operation

_OPTIONS = {"api_key", "content_type", "headers", "idempotency_key", "max_network_retries",
            "stripe_account", "stripe_context", "stripe_version"}  # fmt: skip
_SERVICES = {
    "Customers": stripe.CustomerService,
    "CheckoutSessions": stripe.checkout.SessionService,
    "PortalSessions": stripe.billing_portal.SessionService,
    "Subscriptions": stripe.SubscriptionService,
    "Invoices": stripe.InvoiceService,
    "Prices": stripe.PriceService,
}
_OPERATIONS = (
    ("Customers.create", "POST", "/v1/customers"),
    ("Customers.retrieve", "GET", "/v1/customers/{id}"),
    ("CheckoutSessions.create", "POST", "/v1/checkout/sessions"),
    ("CheckoutSessions.list", "GET", "/v1/checkout/sessions"),
    ("CheckoutSessions.retrieve", "GET", "/v1/checkout/sessions/{id}"),
    ("CheckoutSessions.expire", "POST", "/v1/checkout/sessions/{id}/expire"),
    ("PortalSessions.create", "POST", "/v1/billing_portal/sessions"),
    ("Subscriptions.list", "GET", "/v1/subscriptions"),
    ("Subscriptions.retrieve", "GET", "/v1/subscriptions/{id}"),
    ("Subscriptions.update", "POST", "/v1/subscriptions/{id}"),
    ("Invoices.list", "GET", "/v1/invoices"),
    ("Invoices.create_preview", "POST", "/v1/invoices/create_preview"),
    ("Prices.list", "GET", "/v1/prices"),
)


class StripeDescription:
    """What Stripe takes and gives, for the operations that we use."""

    prefix = ""

    def __init__(self) -> None:
        self.operations = [
            Operation(
                id.replace(".", "_"), method, path,
                re.compile(re.sub(r"\{id\}", "([^/]+)", path)), {"of": id}, (),
            )
            for id, method, path in _OPERATIONS
        ]  # fmt: skip

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        for operation in self.operations:
            match = operation.pattern.fullmatch(path)
            if match and operation.method == method:
                return operation, {"id": match[1]} if match.groups() else {}
        return None

    def request_faults(
        self, operation: Operation, query: str, headers: dict[str, str], body: bytes
    ) -> list[str]:
        faults = []
        if headers.get("stripe-version") != stripe.api_version:
            faults.append(f"version {headers.get('stripe-version')}")
        if body and headers.get("content-type") != "application/x-www-form-urlencoded":
            faults.append(f"content type {headers.get('content-type')}")
        if query and body:
            faults.append("parameters in two places")
        kind, _, module = signature(operation.detail["of"])
        return faults + judge(fields_of(query or body.decode()), kind, module, "", is_form=True)

    def answer_faults(self, operation: Operation, status: int, body: bytes) -> list[str]:
        data = json.loads(body)
        if status != 200:
            return [] if set(data) == {"error"} and "type" in data["error"] else ["not an error"]
        _, kind, module = signature(operation.detail["of"])
        return judge(data, kind, module, "")


@cache
def signature(of: str) -> tuple[Any, Any, str]:
    """The types of an operation's parameters and of its answer."""
    service, name = of.split(".")
    method = getattr(_SERVICES[service], name)
    hints = inspect.get_annotations(method)
    return hints["params"], hints["return"], method.__module__


def fields_of(form: str) -> dict[str, Any]:
    """Read Stripe's form: items[0][price]=x → {"items": [{"price": "x"}]}."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        head, *rest = re.findall(r"[^\[\]]+", name)
        node = tree
        for step, following in zip([head, *rest], [*rest, None], strict=True):
            node = node.setdefault(step, {} if following is not None else value)
    return {name: _listed(value) for name, value in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(value) for key, value in node.items()}


# Types ----------------------------------------------------------------------------


@cache
def names_of(module: str) -> dict[str, Any]:
    """What a module's annotations may name, also what it imports for type checkers alone."""
    loaded = importlib.import_module(module)
    names = dict(vars(loaded))
    for node in ast.walk(ast.parse(Path(str(loaded.__file__)).read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stripe"):
            source = importlib.import_module(str(node.module))
            for alias in node.names:
                names[alias.asname or alias.name] = getattr(source, alias.name)
    return names


def meant(kind: Any, module: str) -> Any:
    """Resolve a name written as text."""
    while isinstance(kind, (str, ForwardRef)):
        kind = _named(kind if isinstance(kind, str) else kind.__forward_arg__, module)
    return kind


@cache
def _named(text: str, module: str) -> Any:
    return eval(text, {"__builtins__": {}, **names_of(module), **_BUILT_IN})


_BUILT_IN = {"str": str, "int": int, "bool": bool, "float": float, "None": None}


@cache
def fields(kind: type) -> dict[str, Any]:
    """The fields of an object of Stripe's, and their types."""
    own = inspect.get_annotations(kind)
    return {
        name.rstrip("_") if name in ("object_", "type_") else name: hint
        for name, hint in own.items()
        if not name.startswith("_") and get_origin(hint) is not ClassVar
    }


def judge(value: Any, kind: Any, module: str, place: str, *, is_form: bool = False) -> list[str]:
    """Say where a value is not of its type."""
    kind = meant(kind, module)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Required, NotRequired):
        return judge(value, arguments[0], module, place, is_form=is_form)
    if origin in (Union, types.UnionType):
        named = [one for one in arguments if one is not type(None)]
        each = [judge(value, one, module, place, is_form=is_form) for one in named]
        # Of several, the nearest miss tells most.
        return [] if value is None and named != list(arguments) else min(each, key=len)
    if origin is Literal:
        fits = value in arguments or (is_form and value in map(str, arguments))
        return [] if fits else [f"{place}: {value!r} is none of {arguments[:9]}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{place}: no list"]
        return [
            fault
            for number, one in enumerate(value)
            for fault in judge(one, arguments[0], module, f"{place}/{number}", is_form=is_form)
        ]
    if origin is ListObject:
        if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
            return [f"{place}: no list of Stripe's"]
        return judge(value["data"], list[arguments[0]], module, f"{place}/data")
    if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        return [] if isinstance(value, dict) else [f"{place}: no object"]
    if is_typeddict(kind):
        return _judge_parameters(value, kind, place)
    if isinstance(kind, type) and issubclass(kind, StripeObject):
        return _judge_object(value, kind, place)
    return [] if _is_plain(value, kind, is_form) else [f"{place}: {value!r} is no {kind}"]


def _is_plain(value: Any, kind: Any, is_form: bool) -> bool:
    if kind in (None, type(None)):
        return value is None
    if kind is Any or kind is object:
        return True
    if is_form:
        form = {int: r"-?\d+", float: r"-?\d+(\.\d+)?", bool: "true|false", str: ".*"}
        return isinstance(value, str) and bool(re.fullmatch(form.get(kind, ".*"), value, re.DOTALL))
    if kind is Decimal:
        return isinstance(value, str)
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is kind


def _judge_parameters(value: Any, kind: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: no object"]
    module, known = kind.__module__, inspect.get_annotations(kind)
    faults = [f"{place}/{name}: no such parameter" for name in value.keys() - known.keys()]
    faults += [f"{place}/{name}: not for a client" for name in value.keys() & _OPTIONS]
    faults += [f"{place}/{name}: missing" for name in kind.__required_keys__ - value.keys()]
    for name in value.keys() & known.keys():
        faults += judge(value[name], known[name], module, f"{place}/{name}", is_form=True)
    return faults


def _judge_object(value: Any, kind: type, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: no {kind.__name__}"]
    if value.get("deleted") is True:
        # All that is left of what was deleted: https://docs.stripe.com/api/customers/retrieve
        return [] if set(value) == {"id", "object", "deleted"} else [f"{place}: more than deleted"]
    module, known = kind.__module__, fields(kind)
    faults = [f"{place}/{name}: no such field" for name in value.keys() - known.keys()]
    for name, hint in known.items():
        if name in value:
            faults += judge(value[name], hint, module, f"{place}/{name}")
        elif not _may_be_missing(hint, module):
            faults.append(f"{place}/{name}: missing")
    return faults


def _may_be_missing(hint: Any, module: str) -> bool:
    return type(None) in get_args(meant(hint, module))


# The smallest thing that conforms ---------------------------------------------------


def sample(kind: Any, /, **values: Any) -> dict[str, Any]:
    """Make the smallest object of a type, with these values in it."""
    made: dict[str, Any] = _made(kind, kind.__module__)
    return made | values


def _made(kind: Any, module: str) -> Any:
    kind = meant(kind, module)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if type(None) in arguments else _made(arguments[0], module)
    if origin is Literal:
        return arguments[0]
    if origin is list:
        return []
    if origin is ListObject:
        return {"object": "list", "data": [], "has_more": False, "url": "/v1/list"}
    if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        return {}
    if isinstance(kind, type) and issubclass(kind, StripeObject):
        return {
            # What may be null is sent as null; `deleted` comes only with what is deleted.
            name: _made(hint, kind.__module__)
            for name, hint in fields(kind).items()
            if name != "deleted"
        }
    plain: dict[Any, Callable[[], Any]] = {int: int, float: int, bool: bool, Decimal: lambda: "0"}
    return plain.get(kind, str)()
