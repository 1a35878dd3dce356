import json, uuid
import pytest
from datetime import datetime, UTC
from django.utils import timezone
from audits.log.services import open_log
from audits.events.models import EventSource, SourceKey, Scope
from audits.events.services import append_batch, Posted
from audits.events.encoding import decode_event


def ev(**k):
    return json.dumps(
        {
            "id": str(uuid.uuid4()),
            "type": "prediction",
            "occurred_at": timezone.now().isoformat(),
            "model_version": "v1",
            "input": {"a": 1.5},
            "output": {"decision": "approve"},
            "confidence": 0.5,
            **k,
        }
    ).encode()


@pytest.mark.django_db
def test_smoke(client):
    log = open_log(
        path="acme/credit", title="x", log_class="evidence", at=timezone.now()
    )
    src = EventSource.objects.create(log=log, name="s1")
    key_obj, key = SourceKey.objects.create_key(
        name="k", source=src, scopes=list(Scope.values)
    )
    import time

    for n in (1, 300, 1000, 1000):
        body = b"[" + b",".join(ev() for _ in range(n)) + b"]"
        t = time.perf_counter()
        from audits.events import api

        r = client.post(
            "/api/v1/events",
            body,
            content_type="application/json",
            headers={"authorization": "Bearer " + key},
        )
        print(n, r.status_code, time.perf_counter() - t, r.content[:300])
        assert r.status_code == 201, r.content
    r2 = client.post(
        "/api/v1/events",
        body,
        content_type="application/json",
        headers={"authorization": "Bearer " + key},
    )
    assert r2.status_code == 200
    from audits.log.selectors import inclusion_path, head_checkpoint, consistency_path
    from audits.tlog.tree import check_inclusion
    from audits.log.models import Entry
    from audits.metrics.services import roll_up_log
    from audits.metrics.selectors import totals

    cp = head_checkpoint(log)
    for e in Entry.objects.filter(log=log, idx__in=[0, 5, 255, 256, 1300, 2300]):
        check_inclusion(
            e.idx,
            cp.size,
            bytes(e.leaf_hash),
            cp.root,
            inclusion_path(log, e.idx, cp.size),
        )
    roll_up_log(log)
    print(totals(log))
