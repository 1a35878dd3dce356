"""Starting again with the sample loaded: what was lost of its sign-ins comes back."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audits.events.models import SourceKey
from governance.workspace import load as loading
from tests.factories import an_event, post_events


@pytest.fixture
def kept(db: None, settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    """A workspace whose events and dossier are there; only the people are asked."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(
        loading, "post_all", lambda *_args, **_more: {"credit-scoring": ""}
    )
    monkeypatch.setattr(loading, "_dossier", lambda *_args: tmp_path / "dossier.pdf")
    return tmp_path / "secrets" / "sample.json"


def load() -> dict[str, Any]:
    return loading.load(url="http://127.0.0.1:1", say=lambda _text: None)


def test_a_lost_file_of_sign_ins_is_made_anew(kept: Path, client: Client) -> None:
    before = load()
    kept.unlink()
    after = load()
    assert [user["email"] for user in after["users"]] == [
        user["email"] for user in before["users"]
    ]
    for user, status in ((before["users"][0], 422), (after["users"][0], 302)):
        fields = {"username": user["email"], "password": user["password"]}
        assert client.post("/sign-in/", fields).status_code == status
    assert post_events(client, after["api_key"], an_event()).status_code == 201
    assert load() == after == json.loads(kept.read_text())


@pytest.mark.parametrize("lost", [{}, {"revoked": True}])
def test_a_key_that_opens_nothing_is_minted_anew(
    kept: Path, client: Client, lost: dict[str, bool]
) -> None:
    load()
    if lost:
        SourceKey.objects.update(**lost)
    else:
        SourceKey.objects.all().delete()
    key = load()["api_key"]
    assert post_events(client, key, an_event()).status_code == 201
    assert load()["api_key"] == key
