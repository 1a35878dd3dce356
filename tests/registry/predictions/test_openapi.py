"""The OpenAPI document describes every endpoint, with examples that hold."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

PROTOBUF = "application/x-protobuf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {
    "application/pdf",
    "application/octet-stream",
    "application/cose",
    PROTOBUF,
    SHEET,
}


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        answer = Client().get("/api/schema")
    assert answer.status_code == 200
    return yaml.load(answer.content, Loader=yaml.CSafeLoader)


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def contents(operation: Any) -> Iterator[tuple[str, Any]]:
    """What is sent and what comes back, by media type."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for answer in operation["responses"].values():
        yield from answer.get("content", {}).items()


def readable(schema: Any) -> Any:
    """OpenAPI 3.0's own word for "or null", said as JSON Schema says it."""
    if isinstance(schema, list):
        return [readable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: readable(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def addresses(patterns: Any, before: str = "") -> Iterator[str]:
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, here)
        elif isinstance(each, URLPattern):
            yield here


def test_it_is_an_openapi_document(document: Any) -> None:
    validate_schema(document)


def test_it_leaves_out_no_address_of_the_api(document: Any) -> None:
    ours = [
        address
        for address in addresses(get_resolver().url_patterns)
        if address.startswith(("api/v1/", "log/"))
    ]
    assert len(ours) == len(document["paths"]) > 30


def test_every_endpoint_is_described_and_says_which_key_it_wants(document: Any) -> None:
    for name, operation in operations(document):
        assert operation.get("summary") or operation.get("description"), name
        wanted = [
            p["name"] for p in operation.get("parameters", ()) if p.get("required")
        ]
        # A calendar program has no header to send: its secret stands in the address.
        assert {"key": []} in operation.get("security", []) or "token" in wanted, name


def test_every_example_is_what_its_schema_says(document: Any) -> None:
    components = readable(document["components"])
    for name, operation in operations(document):
        for kind, content in contents(operation):
            assert kind in FILES or content.get("examples"), (name, kind)
            schema = {**readable(content["schema"]), "components": components}
            for example in content.get("examples", {}).values():
                Draft202012Validator(schema).validate(example["value"])


def test_every_parameter_accepts_its_own_default(document: Any) -> None:
    for _name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            schema = readable(parameter["schema"])
            if "default" in schema:
                Draft202012Validator(schema).validate(schema["default"])


def test_every_error_is_described_as_problem_details(document: Any) -> None:
    for name, operation in operations(document):
        errors = [
            answer
            for status, answer in operation["responses"].items()
            if status == "default" or status >= "400"
        ]
        assert errors, name
        kind = "json" if "/otlp/" in name else "problem+json"
        for answer in errors:
            assert list(answer["content"]) == [f"application/{kind}"], name


def test_posting_describes_every_answer(document: Any) -> None:
    operation = document["paths"]["/api/v1/events"]["post"]
    assert set(operation["responses"]) >= {
        *("200", "201", "400", "401", "403", "409", "411", "413", "415", "422"),
        *("429", "503"),
    }
    assert {*operation["requestBody"]["content"]} == {
        "application/json",
        "application/x-ndjson",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }
    assert operation["security"] == [{"key": []}]  # no session posts events
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.mark.parametrize("signal", ["traces", "logs"])
def test_exporting_is_described_in_both_encodings(document: Any, signal: str) -> None:
    operation = document["paths"][f"/api/v1/otlp/v1/{signal}"]["post"]
    assert {*operation["requestBody"]["content"]} == {"application/json", PROTOBUF}
    assert {*operation["responses"]["200"]["content"]} == {"application/json", PROTOBUF}
    assert {p["name"] for p in operation["parameters"]} == {
        "dry_run",
        "Content-Encoding",
    }
