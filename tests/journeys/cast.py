"""People of two organisations, for a journey that begins at the sign-in page.

`python -m tests.journeys.cast ORGANISATION OTHER` makes them in the database of the
environment and prints the address of each as JSON. All have the password of the tests.
"""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()

from registry.people.models import Role
from tests import factories


def cast(organisation: str, other: str) -> dict[str, str]:
    """Alice answers, Bob decides; the others have no business with their systems."""
    ours = factories.an_organisation(organisation)
    theirs = factories.an_organisation(other)
    people = {
        "alice": factories.a_person("Alice Vogt", ours, Role.RISK_OFFICER),
        "bob": factories.a_person("Bob Reuter", ours, Role.COMPLIANCE_OFFICER),
        # An authority that was given no system here.
        "aria": factories.a_person("Aria Amtmann", ours, Role.AUTHORITY),
        "mallory": factories.a_person("Mallory Voss", theirs, Role.COMPLIANCE_OFFICER),
    }
    return {name: person.email for name, person in people.items()}


if __name__ == "__main__":
    print(json.dumps(cast(*sys.argv[1:])))
