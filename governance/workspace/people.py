"""The sample's organisation and its people, one for each role."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from audits.log.models import LogClass
from audits.trail.services import Actor
from governance.access.sync import sync_organisation
from registry.people.models import Organisation, Role, User
from registry.people.services import create_organisation, give_role, reset_password

NAME = "Sample Bank (not real)"
SEEDER = Actor("sample", "Sample workspace")
PEOPLE = {
    Role.ADMINISTRATOR: ("admin", "Ada Sample"),
    Role.RISK_OFFICER: ("risk", "Rita Sample"),
    Role.COMPLIANCE_OFFICER: ("compliance", "Carl Sample"),
    Role.OVERSEER: ("overseer", "Otto Sample"),
    Role.ENGINEER: ("engineer", "Emil Sample"),
    Role.AUDITOR: ("auditor", "Anna Sample"),
    Role.AUTHORITY: ("authority", "Dana Sample"),
}


@dataclass(frozen=True, slots=True)
class SampleUser:
    """A sign-in of the sample, as it is printed and written to ready.json."""

    email: str
    password: str
    role: str
    organisation: str


def known_already() -> str | None:
    """An address of the sample that has an account: whoever works elsewhere stays."""
    addresses = [_address(local) for local, _name in PEOPLE.values()]
    found = User.objects.filter(email__in=addresses).first()
    return found.email if found else None


def make_people(
    now: datetime,
) -> tuple[Organisation, dict[Role, User], list[SampleUser]]:
    """Found the sample's organisation; passwords are random and shown once."""
    organisation = create_organisation(
        name=NAME, by=SEEDER, at=now, log_class=LogClass.SAMPLE
    )
    sync_organisation(organisation)
    users: dict[Role, User] = {}
    shown = []
    for role, (local, name) in PEOPLE.items():
        email, password = _address(local), _new_password()
        user = User.objects.create_user(email, password, name=name)
        until = now + timedelta(days=365) if role == Role.AUTHORITY else None
        give_role(
            user=user,
            organisation=organisation,
            role=role,
            by=SEEDER,
            at=now,
            until=until,
        )
        users[role] = User.objects.get(pk=user.pk)
        shown.append(SampleUser(email, password, role.value, NAME))
    return organisation, users, shown


def new_sign_ins(now: datetime) -> list[SampleUser]:
    """New passwords for the sample's people: what was shown of the old ones is lost."""
    shown = []
    for role, (local, _name) in PEOPLE.items():
        user = User.objects.filter(email=_address(local)).first()
        if user is not None:
            password = _new_password()
            reset_password(user=user, password=password, at=now, by=SEEDER)
            shown.append(SampleUser(user.email, password, role.value, NAME))
    return shown


def _address(local: str) -> str:
    return f"{local}@sample.example"


def _new_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))
