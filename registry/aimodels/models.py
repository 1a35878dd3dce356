"""AI models and their immutable versions: the model registry."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.datasets.models import DatasetVersion
from registry.people.models import Organisation
from registry.systems.models import AISystem

SHA256 = RegexValidator(
    r"^[0-9a-f]{64}$", _("A SHA-256 is 64 characters: 0 to 9 and a to f.")
)


class AIModel(models.Model):
    """A model that one or more systems use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="aimodels"
    )
    systems = models.ManyToManyField(AISystem, related_name="aimodels")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("AI model")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="model_name_is_unique_in_its_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ModelVersion(models.Model):
    """One version, never changed: events name it, deployments run it.

    Field names follow MLflow's where it has one (``run_id``, ``source``,
    ``params``, ``metrics``, ``tags``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    aimodel = models.ForeignKey(AIModel, models.PROTECT, related_name="versions")
    name = models.CharField(
        _("version"), max_length=120, help_text=_("As events name it in model_version.")
    )
    artefact_sha256 = models.CharField(
        _("SHA-256 of the artefact"), max_length=64, validators=[SHA256]
    )
    framework = models.CharField(_("framework"), max_length=120, blank=True)
    params = models.JSONField(_("hyper-parameters"), default=dict, blank=True)
    feature_set_version = models.CharField(
        _("feature set version"), max_length=120, blank=True
    )
    training_data = models.ForeignKey(
        DatasetVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trained_versions",
        verbose_name=_("training data version"),
    )
    code_revision = models.CharField(_("code revision"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    run_id = models.CharField(_("training run"), max_length=120, blank=True)
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("model version")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["aimodel", "name"], name="version_name_is_unique_in_its_model"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Metric(models.Model):
    """A measured figure of a version, with data set and segment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="metrics")
    name = models.CharField(_("metric"), max_length=80)
    value = models.FloatField(_("value"))
    dataset = models.ForeignKey(
        DatasetVersion, models.PROTECT, null=True, blank=True, related_name="metrics"
    )
    segment = models.CharField(
        _("segment"), max_length=120, blank=True, help_text=_("Empty: all persons.")
    )
    count = models.PositiveIntegerField(_("number of cases"), null=True, blank=True)

    class Meta:
        verbose_name = _("metric")
        ordering = ["name", "segment"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name", "dataset", "segment"],
                name="metric_is_said_once_per_segment",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
