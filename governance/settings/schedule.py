"""Which jobs are rung for by the clock, and in which queue they wait."""

from typing import Any

from celery.schedules import crontab

# What must not wait behind a long job has a queue, and in it a worker, of its own.
SOON = "soon"
CELERY_TASK_ROUTES = {
    "audits.log.tasks.save_checkpoints": {"queue": SOON},
    "audits.canary.tasks.canary": {"queue": SOON},
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # The row is the queue, the broker only the doorbell: this rings again.
    "sweep-dossiers": {"task": "governance.dossiers.tasks.sweep", "schedule": 10.0},
    "law-changes": {"task": "governance.law_changes.tasks.sweep", "schedule": 30.0},
    # Numbers of the charts follow the log by their own watermark.
    "roll-up-metrics": {"task": "audits.metrics.tasks.roll_up", "schedule": 10.0},
    # What later checkpoints must extend; twice in the ten seconds that /healthz allows.
    "save-checkpoints": {
        "task": "audits.log.tasks.save_checkpoints",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    # A sample each hour, everything each night; each ring is one turn of the work.
    "scrub": {"task": "audits.scrub.tasks.scrub", "schedule": 60.0},
    "canary": {"task": "audits.canary.tasks.canary", "schedule": 60.0},
    # That beat and both workers are there.
    "hear-soon": {
        "task": "governance.health.tasks.hear",
        "schedule": 10.0,
        "kwargs": {"queue": SOON},
        "options": {"queue": SOON, "expires": 10},
    },
    "hear-jobs": {
        "task": "governance.health.tasks.hear",
        "schedule": 30.0,
        "kwargs": {"queue": "celery"},
        "options": {"expires": 30},
    },
    # What two people decided to remove; the rows are the queue.
    "carry-out-removals": {
        "task": "audits.retention.tasks.carry_out_removals",
        "schedule": 30.0,
    },
    # What streams of numbered events lack: shown at once, declared after the grace.
    "follow-streams": {"task": "audits.streams.tasks.follow_streams", "schedule": 5.0},
    # What all logs stated, in one log, cosigned by the configured witnesses.
    "anchor": {"task": "audits.anchors.tasks.anchor", "schedule": 60.0},
    # Partitions of the months to come exist before the month does.
    "make-partitions": {"task": "audits.log.tasks.make_partitions", "schedule": 3600.0},
    # Duties follow the facts; a page derives what it shows by itself.
    "keep-duties-current": {
        "task": "governance.obligations.tasks.keep_all_current",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    # One message a person and a day, before people begin to work.
    "remind": {
        "task": "governance.reminders.tasks.remind",
        "schedule": crontab(hour=5, minute=0),
    },
}
