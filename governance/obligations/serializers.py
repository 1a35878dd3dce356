"""Shapes of JSON for duties, and for acts on them."""

from typing import Any

from rest_framework import serializers

from governance.obligations.models import Period
from governance.obligations.selectors import Link
from governance.obligations.services import ACTS
from governance.obligations.services.acts import LIMIT
from governance.obligations.services.planning import LONGEST_REVIEW
from registry.documents.models import Document
from registry.operators.serializers import ExactInput, TextField
from registry.people.models import User

ACT_NAMES = [(name, name) for name in sorted(ACTS)]
LAW = ["binds_now", "applies_from", "not_established"]


class AskIn(ExactInput):
    """Which duties to list."""

    on = serializers.DateField(
        required=False, help_text="The day to ask by; today when left out."
    )
    edition = serializers.CharField(required=False, help_text="An edition of the Act.")
    state = serializers.ChoiceField(choices=Period.State.choices, required=False)


class NarrowIn(serializers.Serializer[Any]):
    """Which of all duties to list; the cursor of a page stands beside it."""

    state = serializers.ChoiceField(choices=Period.State.choices, required=False)
    due_before = serializers.DateField(required=False)


class ActIn(ExactInput):
    """One act on one duty, of the revision that was read."""

    obligation = serializers.UUIDField()
    act = serializers.ChoiceField(choices=ACT_NAMES)
    revision = serializers.IntegerField(min_value=0)
    period = serializers.UUIDField(
        required=False, help_text="A period of an event; the standing one else."
    )
    documents = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=Document.objects.none()
    )
    links = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Things of the product: “classification:ID”, "
        "“annex_text:VERSION/LEAF”, “dossier:ID”.",
    )
    text = TextField(required=False, allow_blank=True, max_length=LIMIT)
    reason = TextField(required=False, allow_blank=True, max_length=LIMIT)
    owner = serializers.PrimaryKeyRelatedField(
        required=False, allow_null=True, queryset=User.objects.none()
    )
    due_on = serializers.DateField(required=False)
    months = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LONGEST_REVIEW
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        documents, owner = self.fields["documents"], self.fields["owner"]
        known = self.context.get("documents")
        if known is not None and isinstance(documents, serializers.ManyRelatedField):
            documents.child_relation.queryset = known  # type: ignore[arg-type]
        people = self.context.get("people")
        if people is not None:
            known_people = User.objects.filter(pk__in=[p.pk for p in people])
            owner.queryset = known_people  # type: ignore[attr-defined]

    def validate_links(self, value: list[str]) -> list[dict[str, str]]:
        things: dict[str, Link] = self.context.get("things", {})
        unknown = [each for each in value if each not in things]
        if unknown:
            raise serializers.ValidationError(
                f"These are no evidence of this system: {', '.join(unknown)}."
            )
        return [things[each]._asdict() for each in value]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["act"] == "due" and "due_on" not in attrs:
            raise serializers.ValidationError({"due_on": "Say by which day."})
        return attrs


class DutyPeriodOut(serializers.Serializer[Any]):
    """One time that a duty has to be met, and where that stands."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    event = serializers.CharField(help_text="Empty: the standing period.")
    state = serializers.ChoiceField(choices=Period.State.choices)
    due_on = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    due_later_on = serializers.DateField(
        allow_null=True, help_text="By another reading; plan by the earlier."
    )
    due_basis = serializers.ChoiceField(choices=Period.Basis.choices)
    due_reason = serializers.CharField()
    note = serializers.CharField()
    not_applicable_reason = serializers.CharField()
    submitted_by = serializers.CharField(
        source="submitted_by.name", allow_null=True, default=None
    )
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(
        source="decided_by.name", allow_null=True, default=None
    )
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_note = serializers.CharField()


class DutyReasonOut(serializers.Serializer[Any]):
    """A finding or a fact that decides, and its citation."""

    text = serializers.CharField()
    answer = serializers.CharField()
    citation = serializers.CharField()


class LackOut(serializers.Serializer[Any]):
    """A fact that is missing, and who is likely to know it."""

    question = serializers.CharField()
    who_knows = serializers.CharField()


class LikeOut(serializers.Serializer[Any]):
    """Where another framework asks for the like."""

    framework = serializers.CharField()
    strength = serializers.CharField()
    where = serializers.CharField()
    caveat = serializers.CharField()


class ObligationOut(serializers.Serializer[Any]):
    """A duty by the law of a day, with the work on it as it stands now."""

    id = serializers.UUIDField(allow_null=True, help_text="Null: kept for no one yet.")
    revision = serializers.IntegerField(allow_null=True)
    duty = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    says = serializers.CharField()
    operator = serializers.CharField()
    borne_as = serializers.ListField(child=serializers.CharField())
    law = serializers.ChoiceField(choices=LAW)
    applies_from = serializers.DateField(allow_null=True)
    applies_from_later = serializers.DateField(allow_null=True)
    settled = serializers.BooleanField()
    when = serializers.CharField()
    why = DutyReasonOut(many=True)
    missing = LackOut(many=True)
    dispute = serializers.CharField()
    evidence_that_counts = serializers.ListField(child=serializers.CharField())
    penalty = serializers.CharField()
    crosswalk = LikeOut(many=True)
    owner = serializers.CharField(allow_null=True)
    period = DutyPeriodOut(allow_null=True)
    events = DutyPeriodOut(many=True)


class DutiesOfSystemOut(serializers.Serializer[Any]):
    """The duties of a system by the law of a day."""

    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    duties = ObligationOut(many=True)


class RowOut(serializers.Serializer[Any]):
    """A current period of a duty, with its system and its owner."""

    id = serializers.UUIDField(source="obligation.id")
    system = serializers.UUIDField(source="obligation.system_id")
    operator = serializers.CharField(source="obligation.operator.name")
    duty = serializers.CharField(source="obligation.duty")
    established = serializers.BooleanField(source="obligation.established")
    applies_from = serializers.DateField(
        source="obligation.applies_from", allow_null=True
    )
    owner = serializers.CharField(source="obligation.owner.name", default=None)
    revision = serializers.IntegerField(source="obligation.revision")
    period = DutyPeriodOut(source="*")
