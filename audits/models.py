"""A table of contents: the models live in their rooms."""

from audits.events.models import EventId, EventSource, KnownName, SourceKey
from audits.log.models import Checkpoint, Entry, EntryView, Head, Log, Tile
from audits.metrics.models import DayFigure, Watermark
from audits.oversight.models import Review
from audits.payloads.models import Payload
from audits.trail.models import TrailEntry, TrailView

__all__ = [
    "Checkpoint",
    "DayFigure",
    "Entry",
    "EntryView",
    "EventId",
    "EventSource",
    "Head",
    "KnownName",
    "Log",
    "Payload",
    "Review",
    "SourceKey",
    "Tile",
    "TrailEntry",
    "TrailView",
    "Watermark",
]
