"""`manage.py invite EMAIL --organisation NAME --role ROLE`: the first link."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audits.trail.services import Actor
from governance.access.sync import sync_organisation
from registry.people.links import absolute
from registry.people.models import Organisation, Role
from registry.people.services import (
    Refused,
    create_organisation,
    invite_person,
    last_moment,
)

OPERATOR = Actor(id="", name="Command line", role="Operator of the installation")


class Command(BaseCommand):
    """Gives the role, founds the organisation when it is missing, prints the link."""

    help = "Give a person a role in an organisation and print the link to begin with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="where the person is reached")
        parser.add_argument(
            "--organisation", required=True, help="its name; founded when missing"
        )
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="the person's name, if new")
        parser.add_argument(
            "--until", type=date.fromisoformat, help="last day, YYYY-MM-DD (UTC)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']} is no e-mail address.") from error
        at = timezone.now()
        try:
            with transaction.atomic():
                invitation = invite_person(
                    email=options["email"],
                    name=options["name"],
                    organisation=self.organisation(options["organisation"], at),
                    role=Role(options["role"]),
                    until=last_moment(options["until"]),
                    by=OPERATOR,
                    at=at,
                    again=True,
                )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        membership = invitation.membership
        self.stdout.write(
            f"{membership.user.email} is {membership.get_role_display()} "
            f"in {membership.organisation}."
        )
        if invitation.link:
            self.stdout.write("Open this once, within three days, to set a password:")
            self.stdout.write(invitation.link)
        else:
            self.stdout.write("The account has a password already. Sign in at:")
            self.stdout.write(absolute(reverse("login")))

    def organisation(self, name: str, at: Any) -> Organisation:
        """The organisation of that name, founded when there is none."""
        found = Organisation.objects.filter(name=name).first()
        if found is None:
            found = create_organisation(name=name, by=OPERATOR, at=at)
            sync_organisation(found)
            self.stdout.write(f'Founded the organisation "{name}".')
        return found
