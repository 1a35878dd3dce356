"""Shapes of JSON for drafts for the EU database."""

from typing import Any

from rest_framework import serializers

from governance.registration.models import RegistrationSubmission
from governance.registration.services import LIMIT
from registry.operators.serializers import ExactInput, LineField, TextField


class RegistrationTextIn(ExactInput):
    """What takes the place of the register; empty takes it back."""

    text = TextField(required=False, allow_blank=True, max_length=LIMIT, default="")
    not_applicable = serializers.BooleanField(required=False, default=False)
    reason = TextField(required=False, allow_blank=True, max_length=LIMIT, default="")
    revision = serializers.IntegerField(
        min_value=0, help_text="The revision that you have read; 0 for a first text."
    )


class RegistrationSubmissionIn(ExactInput):
    """That the draft was submitted elsewhere."""

    submitted_on = serializers.DateField()
    reference = LineField(max_length=200)
    note = TextField(required=False, allow_blank=True, default="")
    read_sha256 = serializers.CharField(
        max_length=64, help_text="The `sha256` of the draft that was read."
    )


class RegistrationFieldOut(serializers.Serializer[Any]):
    """One field of a draft."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    asks = serializers.CharField()
    # The framework's own attributes; it takes declared fields out of the class.
    required = serializers.ChoiceField(  # type: ignore[assignment]
        ["always", "if_applicable", "optional"]
    )
    place = serializers.ChoiceField(["open", "non_public", "not_established"])
    state = serializers.ChoiceField(["complete", "not_applicable", "partly", "missing"])
    value = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Where it comes from, or who wrote it."
    )
    written_by_a_person = serializers.BooleanField()
    written_on = serializers.CharField()
    reason = serializers.CharField()
    register_says = serializers.CharField()
    still_to_write = serializers.CharField()
    revision = serializers.IntegerField(required=False)


class RegistrationLineOut(serializers.Serializer[Any]):
    """One draft in the list; nothing of its content, which may be non-public."""

    operator = serializers.UUIDField()
    operator_name = serializers.CharField()
    section = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    when = serializers.CharField()
    non_public = serializers.ChoiceField(["yes", "no", "not_established"])
    complete = serializers.IntegerField()
    of = serializers.IntegerField()
    submitted_on = serializers.DateField(allow_null=True)
    changed_since = serializers.IntegerField(
        help_text="Fields that differ from what was last submitted."
    )
    binds = serializers.BooleanField()


class RegistrationListOut(serializers.Serializer[Any]):
    """The drafts of a system, by one law."""

    notice = serializers.CharField()
    on = serializers.DateField()
    drafts = RegistrationLineOut(many=True)


class RegistrationLeftOut(serializers.Serializer[Any]):
    """A field that the secure section does not ask for."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()


class RegistrationDifferenceOut(serializers.Serializer[Any]):
    """A field that is not what was submitted."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(["changed", "added", "removed", "moved", "register"])
    before = serializers.CharField()
    now = serializers.CharField()


class RegistrationSubmissionOut(serializers.ModelSerializer[RegistrationSubmission]):
    """What a person stated was submitted."""

    stated_by = serializers.CharField()

    class Meta:
        model = RegistrationSubmission
        fields = [
            "id", "submitted_on", "reference", "note", "digest", "stated_by",
            "stated_at",
        ]  # fmt: skip


class RegistrationDraftOut(serializers.Serializer[Any]):
    """A draft in full. It is not a registration."""

    notice = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the content, as the exports have it.")
    system = serializers.UUIDField()
    operator = serializers.UUIDField()
    section = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    when = serializers.CharField()
    missing_facts = serializers.ListField(child=serializers.CharField())
    non_public = serializers.ChoiceField(["yes", "no", "not_established"])
    non_public_says = serializers.CharField()
    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    complete = serializers.IntegerField()
    of = serializers.IntegerField()
    fields_ = RegistrationFieldOut(many=True)
    left_out = RegistrationLeftOut(many=True)
    submissions = RegistrationSubmissionOut(many=True)
    differences = RegistrationDifferenceOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`fields` is a name of the framework's own; in JSON it is ours."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}
