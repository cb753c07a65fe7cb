"""Asking for a publish: the right words, the right person, once. No worker runs here."""

from __future__ import annotations

import threading
import uuid

import pytest


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"site_id": "nonsense"}, "site_id"),
        ({"site_id": 5}, "site_id"),
        ({"site_id": None}, "site_id"),
        ({"host": "moonbase"}, "host"),
        ({"host": None}, "host"),
        ({"target": "staging"}, "target"),
        ({"message": "x" * 201}, "message"),
        ({"message": 1}, "message"),
        ({"status": "ready"}, "status"),
        ({"url": "https://evil.example"}, "url"),
    ],
)
def test_a_wrong_request_is_told_the_field_and_nothing_is_written(press, olive, change, field):
    site = olive.site()
    answer = olive.api.post("/api/deployments", json={"site_id": site, "host": "local"} | change)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert olive.rest("GET", f"deployments?site_id=eq.{site}") == []


def test_an_unknown_site_or_deployment_is_a_404(press, olive):
    body = {"site_id": str(uuid.uuid4()), "host": "local"}
    assert olive.api.post("/api/deployments", json=body).status_code == 404
    assert olive.api.post(f"/api/deployments/{uuid.uuid4()}/cancel").status_code == 404
    assert olive.api.get(f"/api/deployments/{uuid.uuid4()}/archive").status_code == 404
    assert olive.api.get("/api/deployments/nonsense/archive").status_code == 404


def test_the_same_key_gives_the_same_deployment_however_often(press, olive):
    site = olive.site()
    key = uuid.uuid4().hex
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(olive.publish(site, key=key)["id"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    olive.api.post(f"/api/deployments/{ids[0]}/cancel")


def test_a_publish_that_waits_can_be_canceled(press, olive):
    row = olive.publish(olive.site())
    answer = olive.api.post(f"/api/deployments/{row['id']}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "canceled")
    assert olive.api.post(f"/api/deployments/{row['id']}/restore").status_code == 409
    assert olive.api.get(f"/api/deployments/{row['id']}/archive").status_code == 409
