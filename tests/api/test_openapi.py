"""The description is generated from the code; these keep it whole, and the code described."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from services.edge import operation as operations


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.get_json()
    return described


def test_every_api_route_is_described(app: Flask) -> None:
    """A new route without @operation fails here."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api"):
            assert operations.of(app.view_functions[rule.endpoint]), f"{rule.rule} lacks @operation"


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)):
        assert reference.removeprefix("#/components/schemas/") in schemas
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_the_endpoints_of_the_design_are_there(document: dict[str, Any]) -> None:
    paths = {(path, method) for path, item in document["paths"].items() for method in item}
    assert {
        ("/api/deployments", "post"),
        ("/api/deployments/{deployment_id}/cancel", "post"),
        ("/api/deployments/{deployment_id}/restore", "post"),
        ("/api/deployments/{deployment_id}/archive", "get"),
        ("/api/health", "get"),
        ("/api/ready", "get"),
        ("/api/config", "get"),
    } <= paths


def test_operation_ids_are_unique_and_path_parameters_declared(document: dict[str, Any]) -> None:
    seen = set()
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))


def test_closed_routes_say_so_and_every_problem_is_described(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            statuses = set(operation["responses"])
            assert {"400", "500"} <= statuses
            if operation.get("security") != []:
                assert {"401", "403", "429", "503"} <= statuses, path
            if "requestBody" in operation:
                assert {"413", "415", "422"} <= statuses, path


def test_closed_routes_answer_401_to_strangers_and_public_ones_do_not(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    for path, item in document["paths"].items():
        address = re.sub("{.*?}", "0190c5a2-0000-7000-8000-00000000000a", path)
        for method, operation in item.items():
            answer = client.open(address, method=method.upper(), json={})
            assert (answer.status_code == 401) == (operation.get("security") != []), path
            assert str(answer.status_code) in operation["responses"]


def test_the_page_names_every_endpoint_and_problem_and_runs_no_script(client: FlaskClient) -> None:
    page = client.get("/api/docs").get_data(as_text=True)
    for text in ("/api/deployments", "Idempotency-Key", 'id="not_found"', 'id="too_many_requests"'):
        assert text in page
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert " style=" not in page and " on" not in re.sub(r">[^<]*<", "><", page)


def test_it_tells_no_secret_version_or_path(client: FlaskClient) -> None:
    """CASES 172."""
    text = client.get("/api/openapi.json").get_data(as_text=True)
    for path in ("/api/docs", "/no-such-screen", "/api/nope", "/api/config"):
        text += client.get(path).get_data(as_text=True)
    for secret in ("secret-key-of-the-tests-only", "a-secret-that-only", "/work", "site-packages"):
        assert secret not in text
    assert not re.search(r"werkzeug|flask|python/|postgrest", text, re.IGNORECASE)
