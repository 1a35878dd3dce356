"""Organisations, people, their roles, their keys and their sessions."""

import uuid
from datetime import datetime

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    Group,
    PermissionsMixin,
)
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey

from audits.log.models import Log


class Organisation(models.Model):
    """A tenant: several in one installation never see each other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    log = models.OneToOneField(Log, models.PROTECT, related_name="organisation")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        permissions = [
            ("manage_people", "Can invite people and give them roles"),
            ("manage_keys", "Can make and revoke keys and event sources"),
            ("view_trail", "Can read the trail of acts"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sample(self) -> bool:
        return self.log.is_sample


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **extra: object
    ) -> "User":
        """Make a person who signs in by e-mail address."""
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A natural person. What they may do hangs on their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="email_is_unique_in_any_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is in an organisation; governance/access says what it may do."""

    ADMINISTRATOR = "administrator", _("Administrator")
    RISK_OFFICER = "risk_officer", _("Risk officer")
    COMPLIANCE_OFFICER = "compliance_officer", _("Compliance officer")
    OVERSEER = "overseer", _("Overseer")
    ENGINEER = "engineer", _("Engineer")
    AUDITOR = "auditor", _("Auditor")
    AUTHORITY = "authority", _("Authority")


class Membership(models.Model):
    """One role of one person in one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=32, choices=Role)
    since = models.DateTimeField(_("since"), auto_now_add=True)
    until = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Every request checks it. An authority always needs a date."),
    )

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="role_is_held_once_per_organisation",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="authority") | models.Q(until__isnull=False),
                name="authority_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"

    def holds_at(self, at: datetime) -> bool:
        """Whether the role holds at that time."""
        return self.until is None or self.until > at


class RoleGroup(models.Model):
    """The Django group of one role in one organisation; guardian grants to it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    role = models.CharField(max_length=32, choices=Role)
    group = models.OneToOneField(Group, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role"], name="one_group_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.role}"


# What is looked for in a User-Agent, in this order, and what people call it.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
    "Safari/": "Safari",
}  # fmt: skip
MACHINES = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad",
    "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip


class UserSession(AbstractBaseSession):
    """A browser session that its person can see and end."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "registry_session"

    @property
    def browser(self) -> str:
        """The browser in words ("Firefox, Windows"), else as it calls itself."""
        known = [
            next((name for mark, name in names.items() if mark in self.agent), "")
            for names in (BROWSERS, MACHINES)
        ]
        return ", ".join(known) if all(known) else self.agent


class Throttle(models.Model):
    """How often something was tried within a window; the key is a MAC, never a name."""

    key = models.CharField(primary_key=True, max_length=64)
    began_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()


class ServiceScope(models.TextChoices):
    """What the holder of an organisation's key may do."""

    REGISTRY_READ = "registry:read", _("read systems, versions, data, deployments")
    REGISTRY_WRITE = "registry:write", _("create systems, versions, data, deployments")
    EVENTS_READ = "events:read", _("read events and proofs")


class ServiceKey(AbstractAPIKey):
    """An API key of an organisation: shown once, stored hashed."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="service_keys"
    )
    scopes = ArrayField(
        models.CharField(max_length=32, choices=ServiceScope), default=list
    )

    class Meta:
        ordering = ("-created",)
        verbose_name = _("service key")
        verbose_name_plural = _("service keys")
