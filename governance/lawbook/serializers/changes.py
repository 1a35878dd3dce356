"""Changes and definitions, as the law room answers."""

from typing import Any

from rest_framework import serializers


class LawChangeOut(serializers.Serializer[Any]):
    """One change: of the law, which brings an edition, or of the data alone."""

    id = serializers.CharField()
    on = serializers.DateField()
    kind = serializers.ChoiceField(choices=["law", "data"])
    what = serializers.CharField()
    why = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    ids = serializers.ListField(child=serializers.CharField())
    edition = serializers.CharField()
    digest = serializers.CharField()


class ChangesOut(serializers.Serializer[Any]):
    """What changed, with the sources and where they stop."""

    digest = serializers.CharField(help_text="Digest of what all data files say.")
    described = serializers.BooleanField(
        help_text="Whether the newest entry tells of the data as they are."
    )
    status_unknown_after = serializers.DateField()
    pending = serializers.ListField(child=serializers.CharField())
    changes = LawChangeOut(many=True)
    sources = serializers.DictField(child=serializers.DictField())


class PartOut(serializers.Serializer[Any]):
    """One leaf of a definition."""

    id = serializers.CharField()
    citation = serializers.CharField()
    says = serializers.CharField()


class DefinitionOut(serializers.Serializer[Any]):
    """One word, paragraph or list, in our own words, per edition."""

    id = serializers.CharField()
    kind = serializers.CharField()
    citation = serializers.CharField()
    term = serializers.CharField()
    says = serializers.DictField(child=serializers.CharField())
    excludes = serializers.ListField(child=serializers.CharField())
    decides = serializers.ListField(child=serializers.CharField())
    parts = PartOut(many=True)


class DefinitionsOut(serializers.Serializer[Any]):
    """The words of the Act on which findings turn."""

    definitions = DefinitionOut(many=True)
