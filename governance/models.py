"""A table of contents: the models live in their rooms."""

from governance.calendar.models import CalendarFeed
from governance.circumstances.models import Circumstance
from governance.classification.models import (
    Classification,
    ClassificationDraft,
    FactRequest,
)
from governance.derogation.models import DerogationRecord
from governance.documentation.models import AnnexText
from governance.dossiers.models import Dossier
from governance.fria.models import AuthorityNotification, ImpactAssessment
from governance.health.models import Heard
from governance.law_changes.models import LawMove, LawRun, LawRunPortion, Snapshot
from governance.obligations.models import Derivation, Obligation, Period
from governance.registration.models import (
    Registration,
    RegistrationSubmission,
    RegistrationText,
)
from governance.reminders.models import Digest, Reminder
from governance.value_chain.models import ChainAnswer

__all__ = [
    "AnnexText",
    "AuthorityNotification",
    "CalendarFeed",
    "ChainAnswer",
    "Circumstance",
    "Classification",
    "ClassificationDraft",
    "Derivation",
    "DerogationRecord",
    "Digest",
    "Dossier",
    "FactRequest",
    "Heard",
    "ImpactAssessment",
    "LawMove",
    "LawRun",
    "LawRunPortion",
    "Obligation",
    "Period",
    "Registration",
    "RegistrationSubmission",
    "RegistrationText",
    "Reminder",
    "Snapshot",
]
