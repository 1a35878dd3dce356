"""A table of contents: the models live in their rooms."""

from audits.anchors.models import (
    Anchored,
    Cosignature,
    MetaLog,
    TimeStamp,
    Witnessed,
)
from audits.canary.models import Canary
from audits.duties.models import Duty, Hold
from audits.erasure.models import Erasure
from audits.events.models import EventId, EventSource, KnownName, SourceKey
from audits.log.models import (
    Checkpoint,
    Entry,
    EntryView,
    Head,
    Log,
    LogKey,
    Pruned,
    Tile,
)
from audits.metrics.models import DayFigure, Watermark
from audits.oversight.models import Review
from audits.payloads.models import KeyTree, Payload
from audits.retention.models import Removal
from audits.scrub.models import Fault, ScrubRun
from audits.streams.models import Gap, Stream, StreamDay, StreamMark
from audits.trail.models import TrailEntry, TrailView

__all__ = [
    "Anchored",
    "Canary",
    "Checkpoint",
    "Cosignature",
    "DayFigure",
    "Duty",
    "Entry",
    "EntryView",
    "Erasure",
    "EventId",
    "EventSource",
    "Fault",
    "Gap",
    "Head",
    "Hold",
    "KeyTree",
    "KnownName",
    "Log",
    "LogKey",
    "MetaLog",
    "Payload",
    "Pruned",
    "Removal",
    "Review",
    "ScrubRun",
    "SourceKey",
    "Stream",
    "StreamDay",
    "StreamMark",
    "Tile",
    "TimeStamp",
    "TrailEntry",
    "TrailView",
    "Watermark",
    "Witnessed",
]
