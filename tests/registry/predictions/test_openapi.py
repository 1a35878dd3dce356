"""The OpenAPI document describes the endpoints of events, reviews and logs."""

from typing import Any

import pytest
import yaml
from django.test import Client

OPERATIONS = [
    ("/api/v1/events", "post"),
    ("/api/v1/oversight", "post"),
    ("/api/v1/events/{event_id}", "get"),
    ("/api/v1/events/{event_id}/proof", "get"),
    ("/api/v1/events/{event_id}/bundle", "get"),
    ("/api/v1/systems/{system_id}/events", "get"),
    ("/log/{origin}/checkpoint", "get"),
    ("/log/{origin}/tile/{tile}", "get"),
]


@pytest.fixture
def document(db: None, client: Client) -> Any:
    answer = client.get("/api/schema")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_endpoint_is_described_with_an_example_and_a_key(
    document: Any, path: str, method: str
) -> None:
    operation = document["paths"][path][method]
    assert operation["summary"]
    assert "example" in str(operation)
    assert {"key": []} in operation["security"]


def test_posting_describes_every_answer(document: Any) -> None:
    answers = document["paths"]["/api/v1/events"]["post"]["responses"]
    assert set(answers) >= {"200", "201", "401", "403", "409", "413", "415", "422"}
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
