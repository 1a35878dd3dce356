"""What the law room is asked with."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import Field

from governance.classification.serializers import LawIn
from governance.law.deadlines import DeadlineInvalid, Moment, moment
from governance.law.duties_load import catalogue
from governance.law.holidays import member_states
from governance.law.limit import LimitUnknown, find
from governance.law.load import law
from registry.operators.serializers import ExactInput

# LIMIT: an answer is at most a list of choices, a moment, or one for each who knew.
MOST_FLAGS, MOST_HOLIDAYS = 100, 100


def known_edition(value: str) -> str:
    """An edition that the data holds. Raises ValidationError naming them all."""
    known = [item.id for item in law().editions]
    if value and value not in known:
        raise serializers.ValidationError(
            f"There is no edition “{value}”. Choose one of: {', '.join(known)}."
        )
    return value


class DutiesIn(LawIn):
    """Answers about a system, our roles, and facts about our organisation."""

    roles = serializers.ListField(
        child=serializers.CharField(),
        min_length=1,
        max_length=20,
        help_text="Our roles for the system: “provider”, “deployer”, …",
    )
    flags = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="The id of a fact about the organisation, and its answer: “yes”, "
        "“no” or “not_established”.",
    )

    def validate_roles(self, value: list[str]) -> list[str]:
        known = catalogue().roles
        strangers = [role for role in value if role not in known]
        if strangers:
            raise serializers.ValidationError(
                f"The Act knows no role {', '.join(strangers)}. "
                f"Choose from: {', '.join(known)}."
            )
        return list(dict.fromkeys(value))

    def validate_flags(self, value: dict[str, str]) -> dict[str, str]:
        if len(value) > MOST_FLAGS:
            raise serializers.ValidationError(f"At most {MOST_FLAGS} facts.")
        return value


class SinceIn(ExactInput):
    """Which changes are asked for."""

    since = serializers.DateField(required=False)
    id = serializers.CharField(required=False, allow_blank=True, max_length=200)


class DeadlineIn(ExactInput):
    """A time limit, and the event that it is counted from."""

    id = serializers.CharField(help_text="The id of a time limit; GET lists them all.")
    country = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="The Member State of the authority, two letters.",
    )
    edition = serializers.CharField(
        required=False,
        help_text="An edition of the Act; the law on the day of the event by default.",
    )
    holidays = serializers.ListField(
        child=serializers.DateField(),
        required=False,
        max_length=MOST_HOLIDAYS,
        help_text="Further days without work, of a region or an authority.",
    )

    def get_fields(self) -> dict[str, Field[Any, Any, Any, Any]]:
        # Python keeps the word “from” for itself; the command line calls it so too.
        since = serializers.JSONField(
            required=False,
            help_text="A day (2026-12-04), a moment with its zone "
            "(2026-12-04T18:00+01:00), or one for each who became aware: "
            '{"provider": …, "deployer": …}.',
        )
        return {**super().get_fields(), "from": since}

    def validate_id(self, value: str) -> str:
        try:
            return find(value).id
        except LimitUnknown as fault:
            raise serializers.ValidationError(str(fault)) from fault

    def validate_edition(self, value: str) -> str:
        return known_edition(value)

    def validate_country(self, value: str) -> str:
        if value and value.upper() not in member_states():
            raise serializers.ValidationError(
                f"No Member State is called “{value}”. "
                f"Choose one of: {', '.join(member_states())}."
            )
        return value.upper()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since = attrs.pop("from", None)
        told = since if isinstance(since, dict) else {"": since}
        try:
            attrs["since"] = {w: _moment(m) for w, m in told.items() if m is not None}
        except DeadlineInvalid as fault:
            raise serializers.ValidationError({"from": [str(fault)]}) from fault
        return attrs


def _moment(text: object) -> Moment:
    if not isinstance(text, str):
        raise DeadlineInvalid(f"{text!r} is no day or moment; write it as text")
    return moment(text)
