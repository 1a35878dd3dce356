"""Wiping the sample in one act, as the owner role, touching nothing else.

Every row of an organisation whose log is of class `sample` goes, then the
partitions of that class are dropped and made anew, then the logs' own rows. The
tables' triggers refuse all of it for any other class, and for the application.
"""

from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from audits.anchors.models import Anchored
from audits.duties.models import Duty, Hold
from audits.erasure.models import Erasure
from audits.events.models import EventSource, KnownName, SourceKey
from audits.log.models import Log, LogClass
from audits.metrics.models import DayFigure, Watermark
from audits.scrub.models import Fault
from audits.streams.models import Gap, Stream, StreamDay, StreamMark
from audits.trail.services import SYSTEM, record
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
from governance.obligations.models import Derivation, Obligation, Period
from governance.registration.models import (
    Registration,
    RegistrationSubmission,
    RegistrationText,
)
from governance.reminders.models import Reminder
from governance.value_chain.models import ChainAnswer
from registry.models import (
    AIModel,
    AISystem,
    Dataset,
    DatasetVersion,
    Deployment,
    Document,
    LivePeriod,
    Membership,
    Metric,
    ModelVersion,
    Operator,
    OperatorRole,
    Organisation,
    RoleGroup,
    ServiceKey,
    SystemChange,
    SystemVersion,
    User,
)
from registry.people.services import installation_log

WIPED = "sample.wiped"
PARTITIONS = ("event_id", "tile", "checkpoint", "trail", "review")
MONTHLY = ("entry", "payload")


class WipeRefused(Exception):
    """The role may not wipe, or there is no sample; nothing was changed."""


def wipe() -> int:
    """Remove the sample; returns how many log entries went with it.

    Connect as the owner first: the application's role cannot drop partitions.
    """
    logs = list(Log.objects.filter(log_class=LogClass.SAMPLE))
    if not logs:
        raise WipeRefused("There is no sample workspace: nothing was changed.")
    _demand_owner()
    digests = _files()
    with transaction.atomic():
        entries = _count(logs)
        _registry()
        _log_side(logs)
        _partitions()
        _heads(logs)
        record(
            log=installation_log(at=timezone.now()),
            verb=WIPED,
            subject="installation",
            by=SYSTEM,
            at=timezone.now(),
            details={"logs": [log.origin for log in logs], "entries": entries},
        )
    _remove_files(digests)
    return entries


def _demand_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class"
            " WHERE oid = 'audits_entry'::regclass"
        )
        if not cursor.fetchone()[0]:
            raise WipeRefused(
                "Only the owner of the tables wipes the sample: set "
                "DATABASE_OWNER_URL. Nothing was changed."
            )


def _count(logs: list[Log]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(size), 0)::bigint FROM audits_head"
            " WHERE log_id = ANY(%s)",
            [[log.pk for log in logs]],
        )
        found: int = cursor.fetchone()[0]
    return found


# From what hangs on others down to what others hang on: how each leads to its
# organisation. Rows between many and many go with their ends.
LEADS = (
    (Reminder, "period__obligation__system__organisation"),
    (Period, "obligation__system__organisation"),
    (Obligation, "system__organisation"),
    (Derivation, "system__organisation"),
    (ChainAnswer, "system__organisation"),
    (RegistrationText, "registration__system__organisation"),
    (RegistrationSubmission, "registration__system__organisation"),
    (Registration, "system__organisation"),
    (Circumstance, "operator__organisation"),
    (AuthorityNotification, "assessment__system__organisation"),
    (ImpactAssessment, "system__organisation"),
    (DerogationRecord, "system__organisation"),
    (AnnexText, "version__system__organisation"),
    (Dossier, "system__organisation"),
    (Classification, "system__organisation"),
    (ClassificationDraft, "system__organisation"),
    (FactRequest, "system__organisation"),
    (LivePeriod, "deployment__system__organisation"),
    (Deployment, "system__organisation"),
    (SystemVersion, "system__organisation"),
    (Metric, "version__aimodel__organisation"),
    (ModelVersion, "aimodel__organisation"),
    (AIModel, "organisation"),
    (DatasetVersion, "dataset__organisation"),
    (Dataset, "organisation"),
    (Document, "organisation"),
    (OperatorRole, "system__organisation"),
    (SystemChange, "system__organisation"),
    (AISystem, "organisation"),
    (Operator, "organisation"),
    (ServiceKey, "organisation"),
)


def _registry() -> None:
    """Rows that hang on the sample's organisations, from the top floor down."""
    organisations = Organisation.objects.filter(log__log_class=LogClass.SAMPLE)
    for model, path in LEADS:
        model._default_manager.filter(**{f"{path}__in": organisations}).delete()
    within = Membership.objects.filter(organisation__in=organisations)
    elsewhere = Membership.objects.exclude(organisation__in=organisations)
    people = set(within.values_list("user", flat=True))
    people -= set(elsewhere.values_list("user", flat=True))
    within.delete()
    groups = RoleGroup.objects.filter(organisation__in=organisations)
    Group.objects.filter(pk__in=list(groups.values_list("group", flat=True))).delete()
    organisations.delete()
    User.objects.filter(pk__in=people).delete()


def _log_side(logs: list[Log]) -> None:
    SourceKey.objects.filter(source__log__in=logs).delete()
    Gap.objects.filter(stream__log__in=logs).delete()
    for model in (
        EventSource, KnownName, DayFigure, Watermark, Anchored, Fault,
        Duty, Hold, Erasure, Stream, StreamDay, StreamMark,
    ):  # fmt: skip
        model._default_manager.filter(log__in=logs).delete()


def _partitions() -> None:
    """Drop the partitions of class `sample` and make empty ones."""
    with connection.cursor() as cursor:
        for name in MONTHLY:
            cursor.execute(f"DROP TABLE audits_{name}_sample")
            cursor.execute(
                f"CREATE TABLE audits_{name}_sample PARTITION OF audits_{name}"
                " FOR VALUES IN ('sample') PARTITION BY RANGE (received_at)"
            )
        for name in PARTITIONS:
            cursor.execute(f"DROP TABLE audits_{name}_sample")
            cursor.execute(
                f"CREATE TABLE audits_{name}_sample PARTITION OF audits_{name}"
                " FOR VALUES IN ('sample')"
            )
        for name in (*MONTHLY, *PARTITIONS):
            cursor.execute(
                f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_{name}_sample"
                " FOR EACH STATEMENT EXECUTE FUNCTION audits_deny()"
            )
        cursor.execute(
            "ALTER TABLE audits_tile_sample ALTER COLUMN data SET STORAGE EXTERNAL"
        )
        cursor.execute("SELECT audits_make_partitions(3)")


def _heads(logs: list[Log]) -> None:
    """The logs' own rows: their trigger lets only the owner, and only samples."""
    ids = [log.pk for log in logs]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audits_key_tree WHERE log_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audits_log_key WHERE log_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audits_head WHERE log_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audits_log WHERE id = ANY(%s)", [ids])


def _files() -> set[str]:
    """Stored files that only the sample names."""
    sample = {"system__log__log_class": LogClass.SAMPLE}
    used = set(Dossier.objects.filter(**sample).values_list("pdf_sha256", flat=True))
    used |= set(
        Document.objects.filter(
            organisation__log__log_class=LogClass.SAMPLE
        ).values_list("sha256", flat=True)
    )
    others = set(Dossier.objects.exclude(**sample).values_list("pdf_sha256", flat=True))
    others |= set(
        Document.objects.exclude(
            organisation__log__log_class=LogClass.SAMPLE
        ).values_list("sha256", flat=True)
    )
    return used - others - {""}


def _remove_files(digests: set[str]) -> None:
    for digest in digests:
        (Path(settings.DOCUMENTS_DIR) / digest[:2] / digest).unlink(missing_ok=True)
    rmtree(Path(settings.VAR_DIR) / "sample", ignore_errors=True)
    (Path(settings.VAR_DIR) / "secrets" / "sample.json").unlink(missing_ok=True)
