"""Deployments: which version was live where, when, and with which share."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.aimodels.models import ModelVersion
from registry.systems.models import AISystem


class Deployment(models.Model):
    """A place where versions of a system run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="deployments")
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As events name it in deployment.")
    )
    endpoint = models.CharField(_("endpoint"), max_length=300, blank=True)
    fallback = models.TextField(_("what happens when it is stopped"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("deployment")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "name"],
                name="deployment_name_is_unique_in_its_system",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    SHADOW = "shadow", _("Shadow")
    CANARY = "canary", _("Canary")
    GRADUAL = "gradual", _("Gradual")
    FULL = "full", _("Full")


class LivePeriod(models.Model):
    """The time in which one version was live in a deployment, and how."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, models.PROTECT, related_name="periods")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="periods")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    share = models.DecimalField(
        _("share of requests in percent"), max_digits=5, decimal_places=2
    )
    period = DateTimeRangeField(_("live"))

    class Meta:
        verbose_name = _("live period")
        ordering = ["-period"]
        constraints = [
            ExclusionConstraint(
                name="a_version_is_live_once_per_deployment_and_moment",
                expressions=[
                    ("deployment", RangeOperators.EQUAL),
                    ("version", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="one_full_version_per_deployment_and_moment",
                expressions=[
                    ("deployment", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(stage="full"),
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=100),
                name="share_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_stage_display()}"
