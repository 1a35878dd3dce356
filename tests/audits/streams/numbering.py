"""A source that numbers, chains and signs as docs/intake.md says, apart from ours."""

import json
import uuid
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from tests.factories import an_event, post_events


class Source:
    """Counts up; what it makes may be posted, lost or changed on the way."""

    def __init__(
        self, client: Client, key: str, former: "Source | None" = None
    ) -> None:
        self.client, self.key, self.former = client, key, former
        self.epoch, self.last, self.head = str(uuid.uuid4()), 0, ""
        self.secret = former.secret if former else Ed25519PrivateKey.generate()

    def event(self, **fields: Any) -> dict[str, Any]:
        self.last += 1
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        made = an_event(epoch=self.epoch, seq=self.last, occurred_at=at, **fields)
        if self.head:
            made["prev"] = self.head
        lines = f"{self.epoch}\n{self.last}\n{made['id']}\n{at}\n{self.head}\n"
        self.head = sha256(b"probatum-link-v1\n" + lines.encode()).hexdigest()
        return made

    def post(self, *events: dict[str, Any]) -> None:
        answer = post_events(self.client, self.key, *events)
        assert answer.status_code in {200, 201}, answer.content

    def events(self, count: int) -> list[dict[str, Any]]:
        return [self.event() for _ in range(count)]

    def heartbeat(self, **changes: Any) -> dict[str, Any]:
        sent = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        beat: dict[str, Any] = {
            "epoch": self.epoch, "last": self.last, "sent_at": sent, "state": "open",
            "every": 60, "counters": {"lost": 0},
        }  # fmt: skip
        if self.head:
            beat["head"] = self.head
        if self.former:
            beat["former"] = {"epoch": self.former.epoch, "last": self.former.last}
        beat |= changes
        former = beat.get("former", {"epoch": "", "last": ""})
        lines = [
            "probatum-heartbeat-v1", beat["epoch"], beat["last"], beat.get("head", ""),
            beat["sent_at"], beat["state"], beat["every"], former["epoch"],
            former["last"], *(f"{n}={beat['counters'][n]}" for n in beat["counters"]),
        ]  # fmt: skip
        text = "".join(f"{line}\n" for line in lines)
        beat["key"] = self.secret.public_key().public_bytes_raw().hex()
        return {**beat, "signature": self.secret.sign(text.encode()).hex()}

    def beat(self, **changes: Any) -> Any:
        return self.send(self.heartbeat(**changes))

    def send(self, beat: dict[str, Any]) -> Any:
        return self.client.post(
            "/api/v1/heartbeats",
            json.dumps(beat),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.key}"},
        )
