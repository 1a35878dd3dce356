"""Operators (Art. 3(8)): the persons that the Act puts duties on."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.people.models import Organisation


class OperatorSize(models.TextChoices):
    """Art. 3(14a) and (14b), in the edition of 2026."""

    SME = "sme", _("Small or medium-sized enterprise")
    SMC = "smc", _("Small mid-cap enterprise")
    LARGER = "larger", _("Larger enterprise")
    NOT_ESTABLISHED = "not_established", _("Not established")


class Operator(models.Model):
    """A legal or natural person that can hold roles under the Act."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="operators"
    )
    name = models.CharField(_("legal name"), max_length=200)
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(
        _("country of establishment"), max_length=2, help_text=_("Two letters: DE, FR…")
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    size = models.CharField(
        _("size"),
        max_length=20,
        choices=OperatorSize,
        default=OperatorSize.NOT_ESTABLISHED,
    )
    public_body = models.BooleanField(_("public body or acting for one"), default=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("operator")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="operator_name_is_unique_in_its_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OperatorRoleName(models.TextChoices):
    """Art. 3(3) to (7), Art. 2(1)(e) and Art. 25(3)."""

    PROVIDER = "provider", _("Provider (Art. 3(3))")
    DEPLOYER = "deployer", _("Deployer (Art. 3(4))")
    AUTHORISED_REPRESENTATIVE = (
        "authorised_representative",
        _("Authorised representative (Art. 3(5))"),
    )
    IMPORTER = "importer", _("Importer (Art. 3(6))")
    DISTRIBUTOR = "distributor", _("Distributor (Art. 3(7))")
    PRODUCT_MANUFACTURER = (
        "product_manufacturer",
        _("Product manufacturer (Art. 25(3))"),
    )
