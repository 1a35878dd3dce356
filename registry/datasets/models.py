"""Data sets and their versions, with the facts of Art. 10."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.people.models import Organisation
from registry.systems.models import AISystem


class Dataset(models.Model):
    """A data set that is used to train, validate or test."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="datasets"
    )
    systems = models.ManyToManyField(AISystem, related_name="datasets")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("data set")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="dataset_name_is_unique_in_its_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DatasetVersion(models.Model):
    """One version of a data set, never changed (Art. 10(2) to (4))."""

    class Use(models.TextChoices):
        TRAINING = "training", _("Training")
        VALIDATION = "validation", _("Validation")
        TESTING = "testing", _("Testing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions")
    name = models.CharField(_("version"), max_length=120)
    use = models.CharField(_("used for"), max_length=20, choices=Use)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    origin = models.TextField(_("origin of the data (Art. 10(2)(b))"), blank=True)
    collection = models.TextField(
        _("collection process and original purpose (Art. 10(2)(b))"), blank=True
    )
    preparation = models.TextField(
        _("annotation, labelling, cleaning (Art. 10(2)(c))"), blank=True
    )
    design_choices = models.TextField(_("design choices (Art. 10(2)(a))"), blank=True)
    assumptions = models.TextField(_("assumptions (Art. 10(2)(d))"), blank=True)
    suitability = models.TextField(
        _("availability, quantity and suitability (Art. 10(2)(e))"), blank=True
    )
    representativeness = models.TextField(
        _("representativeness and setting (Art. 10(3) and (4))"), blank=True
    )
    known_biases = models.TextField(
        _("examination of possible biases (Art. 10(2)(f) and (g))"), blank=True
    )
    gaps = models.TextField(_("gaps and shortcomings (Art. 10(2)(h))"), blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("data set version")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "name"], name="version_name_is_unique_in_its_dataset"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dataset.name} {self.name}"
