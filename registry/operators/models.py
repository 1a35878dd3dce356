"""Operators (Art. 3(8)): the persons that the Act puts duties on."""

import unicodedata
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from registry.people.models import Organisation

# LIMIT: longer than any text that people write into a form, short enough to show.
TEXT_LENGTH = 10_000
# ISO 3166-1 alpha-2, and XK as the European Union uses it.
COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM "
    "BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX "
    "CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG "
    "GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
    "LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE "
    "NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF "
    "WS XK YE YT ZA ZM ZW"
)
# SECURITY: these turn the reading order round, so that a name shows as another one.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = frozenset("\n\r\t")


def plain_text(value: str) -> None:
    """Refuse characters that cannot be seen and change what is read."""
    for char in value:
        unseen = unicodedata.category(char) in {"Cc", "Cs"} and char not in LINE_ENDS
        if unseen or char in TURNING:
            raise ValidationError(
                _now("The character U+%(code)04X cannot be kept. Remove it.")
                % {"code": ord(char)}
            )


def one_line(value: str) -> None:
    """Refuse line ends as well: a name is one line."""
    plain_text(value)
    if any(c in LINE_ENDS or unicodedata.category(c) in {"Zl", "Zp"} for c in value):
        raise ValidationError(_now("Write it on one line, without tabs."))


def country_code(value: str) -> None:
    """Refuse what is no country of ISO 3166-1."""
    if value.upper() not in COUNTRIES.split():
        raise ValidationError(
            _now("Write the two letters of a country (ISO 3166-1): DE, FR, US.")
        )


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
    # Whose duties are kept here: a supplier is registered for its role, no more.
    ours = models.BooleanField(_("part of your organisation"), default=True)
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
    """Art. 3(3) to (7), (63) and (68), Art. 2(1)(e), Art. 25(1), (3) and (4)."""

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
    MODEL_PROVIDER = (
        "model_provider",
        _("Provider of a general-purpose AI model (Art. 3(3), 3(63))"),
    )
    DOWNSTREAM_PROVIDER = (
        "downstream_provider",
        _("Downstream provider (Art. 3(68))"),
    )
    THIRD_PARTY = "third_party", _("Other third party (Art. 25(1), 25(4))")
