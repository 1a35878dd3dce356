"""Duties and what-if, as the law room answers."""

from typing import Any

from rest_framework import serializers

from governance.classification.serializers import MissingOut


class ReasonOut(serializers.Serializer[Any]):
    """A finding or fact that decides whether a duty binds."""

    fact = serializers.CharField()
    text = serializers.CharField()
    answer = serializers.CharField()
    citation = serializers.CharField()


class ElementOut(serializers.Serializer[Any]):
    """An addressable part of a duty."""

    id = serializers.CharField()
    citation = serializers.CharField()
    says = serializers.CharField()
    editions = serializers.ListField(child=serializers.CharField())


class PenaltyOut(serializers.Serializer[Any]):
    """What a breach can cost; `eur` null: the rules of the Member State decide."""

    citation = serializers.CharField()
    title = serializers.CharField()
    eur = serializers.IntegerField(allow_null=True)
    percent = serializers.IntegerField(allow_null=True)
    limit = serializers.CharField()
    since = serializers.DateField()
    note = serializers.CharField(allow_blank=True)


class CrosswalkOut(serializers.Serializer[Any]):
    """Where other frameworks ask for the like, with the strength of the likeness."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    iso_42001 = serializers.DictField()
    nist_ai_rmf = serializers.DictField()
    gdpr = serializers.DictField()
    caveat = serializers.CharField()


class CatalogueDutyOut(serializers.Serializer[Any]):
    """One row of the catalogue, applied to a system, to roles and to a day."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    term = serializers.CharField()
    says = serializers.CharField()
    nature = serializers.CharField()
    bearers = serializers.ListField(child=serializers.CharField())
    borne_as = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    confidence = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    applies_from_later = serializers.DateField(allow_null=True)
    settled = serializers.BooleanField()
    when = serializers.CharField()
    why = ReasonOut(many=True)
    missing = MissingOut(many=True)
    dispute = serializers.CharField()
    due = serializers.CharField()
    rhythm = serializers.CharField()
    deadlines = serializers.ListField(child=serializers.CharField())
    retention = serializers.CharField()
    evidence = serializers.ListField(child=serializers.CharField())
    elements = ElementOut(many=True)
    limits = serializers.ListField(child=serializers.CharField())
    penalty = PenaltyOut(allow_null=True)
    crosswalk = CrosswalkOut(many=True)
    one_source = serializers.BooleanField()


class DutiesOut(serializers.Serializer[Any]):
    """Every row of the catalogue that names one of the roles."""

    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    rules = serializers.CharField(help_text="Digest of the data that was used.")
    roles = serializers.ListField(child=serializers.CharField())
    headline = serializers.CharField()
    duties = CatalogueDutyOut(many=True)
    exposure = serializers.DictField(
        child=PenaltyOut(many=True),
        help_text="By finding: what a breach of the duties it brings can cost.",
    )


class EffectOut(serializers.Serializer[Any]):
    """What becomes of one finding."""

    change = serializers.CharField()
    finding = serializers.CharField()
    kind = serializers.CharField()
    citation = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    timing = serializers.CharField()


class WhatIfOut(serializers.Serializer[Any]):
    """One other answer to one question, and what it would change."""

    fact = serializers.CharField()
    question = serializers.CharField()
    who_knows = serializers.CharField()
    open = serializers.BooleanField()
    now = serializers.CharField()
    answer = serializers.JSONField()
    wording = serializers.CharField()
    headline = serializers.CharField()
    effects = EffectOut(many=True)


class UnmovedOut(serializers.Serializer[Any]):
    """A question of which no other answer alone would change the verdict."""

    fact = serializers.CharField()
    question = serializers.CharField()
    now = serializers.CharField()


class WhatIfsOut(serializers.Serializer[Any]):
    """Every single answer that would change the verdict, the weightiest first."""

    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    headline = serializers.CharField()
    tried = serializers.IntegerField()
    changes = WhatIfOut(many=True)
    unmoved = UnmovedOut(many=True)
