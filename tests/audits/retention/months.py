"""A log that is as old as it says: its entries lie in partitions of past months."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import time_machine
from django.test import Client
from django.utils import timezone

from audits.duties.encoding import months_after
from audits.log.models import Log
from audits.log.seal import save_checkpoint
from registry.systems.models import AISystem
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

PARTITION = """
CREATE TABLE audits_{table}_evidence_{month} PARTITION OF audits_{table}_evidence
  FOR VALUES FROM ('{start}') TO ('{end}');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_{table}_evidence_{month}
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();
"""


def month_ago(months: int) -> datetime:
    """Noon of the 15th of the month that many months ago."""
    at = months_after(datetime.now(UTC).replace(day=1), -months)
    return at.replace(day=15, hour=12, minute=0, second=0, microsecond=0)


def first_day(months: int) -> date:
    return month_ago(months).date().replace(day=1)


def make_old_partitions(owner_url: str, *ages: int) -> None:
    with psycopg.connect(owner_url) as owner:
        for age in ages:
            start = month_ago(age).replace(day=1, hour=0)
            for table in ("entry", "payload"):
                owner.execute(
                    PARTITION.format(
                        table=table,
                        month=f"{start:%Y%m}",
                        start=start.isoformat(),
                        end=months_after(start, 1).isoformat(),
                    )
                )


@dataclass
class Aged:
    """A system that registered nine months ago, and posted in three months."""

    system: AISystem
    key: str
    events: list[str]
    first_event: dict[str, Any]
    old_note: str

    @property
    def log(self) -> Log:
        return self.system.log


OLDER, OLD, YOUNG = 300, 250, 10
REGISTERED = 1  # the act of registering the system


def an_aged_system(owner_url: str, name: str = "Credit scoring") -> Aged:
    """Acts, predictions and a review nine and eight months ago, and some of today."""
    make_old_partitions(owner_url, 9, 8)
    with time_machine.travel(month_ago(9)):
        system = a_system(an_organisation(), name)
        key = a_source_key(system)
        events = [an_event() for _ in range(OLDER)]
        assert post_events(Client(), key, *events).status_code == 201
        review(key, events[0]["id"])
        note = save_checkpoint(log=system.log, at=timezone.now())
    with time_machine.travel(month_ago(8)):
        events += post_some(key, OLD)
    events += post_some(key, YOUNG)
    return Aged(system, key, [str(e["id"]) for e in events], events[0], note)


def post_some(key: str, count: int) -> list[dict[str, Any]]:
    events = [an_event() for _ in range(count)]
    assert post_events(Client(), key, *events).status_code == 201
    return events


def review(key: str, prediction: str) -> None:
    now = timezone.now().isoformat()
    answer = Client().post(
        "/api/v1/oversight",
        json.dumps(
            {
                "id": str(uuid.uuid4()),
                "prediction": prediction,
                "act": "confirmed",
                "shown_at": now,
                "decided_at": now,
                "person": {"id": "c-3", "name": "Kari Nordmann", "role": "Clerk"},
                "human": True,
            }
        ),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 201, answer.content
