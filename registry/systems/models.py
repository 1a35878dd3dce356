"""AI systems (Art. 3(1)), their versions, the roles held for them, their changes."""

import uuid

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audits.log.models import Log
from registry.operators.models import Operator, OperatorRoleName
from registry.people.models import Organisation


class MemberState(models.TextChoices):
    """The 27 Member States by ISO 3166-1 code."""

    AT = "AT", _("Austria")
    BE = "BE", _("Belgium")
    BG = "BG", _("Bulgaria")
    HR = "HR", _("Croatia")
    CY = "CY", _("Cyprus")
    CZ = "CZ", _("Czechia")
    DK = "DK", _("Denmark")
    EE = "EE", _("Estonia")
    FI = "FI", _("Finland")
    FR = "FR", _("France")
    DE = "DE", _("Germany")
    GR = "GR", _("Greece")
    HU = "HU", _("Hungary")
    IE = "IE", _("Ireland")
    IT = "IT", _("Italy")
    LV = "LV", _("Latvia")
    LT = "LT", _("Lithuania")
    LU = "LU", _("Luxembourg")
    MT = "MT", _("Malta")
    NL = "NL", _("Netherlands")
    PL = "PL", _("Poland")
    PT = "PT", _("Portugal")
    RO = "RO", _("Romania")
    SK = "SK", _("Slovakia")
    SI = "SI", _("Slovenia")
    ES = "ES", _("Spain")
    SE = "SE", _("Sweden")


class LifecycleState(models.TextChoices):
    DESIGN = "design", _("In design")
    DEVELOPMENT = "development", _("In development")
    TESTING = "testing", _("In testing")
    ON_MARKET = "on_market", _("On the market or in service")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AISystemQuerySet(models.QuerySet["AISystem"]):
    def with_log(self) -> "AISystemQuerySet":
        return self.select_related("log", "organisation")


class AISystem(models.Model):
    """An AI system, with the facts that Art. 111, 18 and 25 hang on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="systems"
    )
    log = models.OneToOneField(Log, models.PROTECT, related_name="system")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=60)
    intended_purpose = models.TextField(
        _("intended purpose"),
        help_text=_(
            "The use the provider means it for, with context and conditions "
            "(Art. 3(12))."
        ),
    )
    affected_persons = models.TextField(_("affected persons"), blank=True)
    member_states = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        verbose_name=_("Member States"),
    )
    lifecycle_state = models.CharField(
        _("lifecycle state"),
        max_length=20,
        choices=LifecycleState,
        default=LifecycleState.DESIGN,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_systems",
        verbose_name=_("owner"),
    )
    placed_on_market_on = models.DateField(
        _("placed on the market on"), null=True, blank=True
    )
    put_into_service_on = models.DateField(
        _("put into service on"), null=True, blank=True
    )
    first_placed_where = models.CharField(
        _("where first placed or put into service"), max_length=200, blank=True
    )
    type_first_placed_on = models.DateField(
        _("type first placed on the market on"),
        null=True,
        blank=True,
        help_text=_("The first unit of the same type and model decides (Art. 111)."),
    )
    for_public_authorities = models.BooleanField(
        _("meant for use by public authorities"),
        null=True,
        help_text=_("Art. 111(2); leave open when it is not established."),
    )
    # Written down by services of the floor above when a verdict is approved.
    findings = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = AISystemQuerySet.as_manager()

    class Meta:
        verbose_name = _("AI system")
        verbose_name_plural = _("AI systems")
        permissions = [
            ("view_predictions", "Can read predictions and proofs"),
            ("review_predictions", "Can review predictions (Art. 14)"),
            ("verify_evidence", "Can run verification"),
            ("request_erasure", "Can ask that a person be erased (GDPR Art. 17)"),
            ("decide_erasure", "Can decide whether a person is erased"),
            ("disclose_evidence", "Can disclose evidence to an authority"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "slug"],
                name="system_slug_is_unique_in_its_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sample(self) -> bool:
        return self.log.is_sample


class AISystemUserPermission(UserObjectPermissionBase):
    """Guardian's direct row: an authority's reader and the systems it was given."""

    permission = models.ForeignKey(Permission, models.CASCADE)
    content_object = models.ForeignKey(AISystem, models.CASCADE)


class AISystemGroupPermission(GroupObjectPermissionBase):
    """Guardian's direct row: a role's group and the systems of its organisation."""

    permission = models.ForeignKey(Permission, models.CASCADE)
    content_object = models.ForeignKey(AISystem, models.CASCADE)


class SystemVersion(models.Model):
    """A version of the system as a whole: what technical documentation speaks of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="versions")
    name = models.CharField(_("version"), max_length=60)
    changes = models.TextField(_("what changed"), blank=True)
    # String references: these rooms lie above this one in the same floor.
    model_versions = models.ManyToManyField(
        "registry.ModelVersion", blank=True, related_name="system_versions"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("system version")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "name"], name="version_name_is_unique_in_its_system"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system.name} {self.name}"


class OperatorRole(models.Model):
    """A role that an operator holds for one system, with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="operator_roles")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="roles")
    role = models.CharField(_("role"), max_length=32, choices=OperatorRoleName)
    held_from = models.DateField(_("from"))
    held_until = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("role under the Act")
        ordering = ["held_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_until__isnull=True)
                | Q(held_until__gte=F("held_from")),
                name="role_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator} · {self.get_role_display()}"


class SystemChange(models.Model):
    """A dated change of design or purpose (Art. 3(23), 25(1), 111(2))."""

    class Kind(models.TextChoices):
        DESIGN = "design", _("Design")
        PURPOSE = "purpose", _("Intended purpose")
        NAME = "name", _("Name or trademark")

    class Substantial(models.TextChoices):
        YES = "yes", _("Substantial modification")
        NO = "no", _("Not a substantial modification")
        NOT_ESTABLISHED = "not_established", _("Not established")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="changes")
    changed_on = models.DateField(_("changed on"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    description = models.TextField(_("what changed and why"))
    substantial_modification = models.CharField(
        _("substantial modification (Art. 3(23))"),
        max_length=20,
        choices=Substantial,
        default=Substantial.NOT_ESTABLISHED,
    )

    class Meta:
        verbose_name = _("change of design or purpose")
        ordering = ["-changed_on"]

    def __str__(self) -> str:
        return f"{self.changed_on}: {self.description[:60]}"
