"""Run as a process against the bench database: one organisation, eight systems."""

import json

import django

django.setup()

from audits.events.models import KnownName  # noqa: E402 - Django comes first
from audits.events.services import tell_name  # noqa: E402
from registry.people.models import Role  # noqa: E402
from tests.benchmarks.stage import PASSWORD  # noqa: E402
from tests.factories import a_person, a_source_key, a_system, an_organisation  # noqa: E402

if __name__ == "__main__":
    organisation = an_organisation("Bench")
    person = a_person("Bench", organisation, Role.COMPLIANCE_OFFICER)
    person.set_password(PASSWORD)
    person.save()
    systems = [a_system(organisation, f"System {n}") for n in range(9)]
    for system in systems:
        tell_name(log=system.log, kind=KnownName.Kind.MODEL_VERSION, name="credit-1")
        tell_name(log=system.log, kind=KnownName.Kind.DEPLOYMENT, name="loan-desk")
    keys = [a_source_key(system) for system in systems]
    vkeys = [system.log.vkey for system in systems]
    print(json.dumps({"keys": keys, "vkeys": vkeys, "system": str(systems[-1].pk)}))
