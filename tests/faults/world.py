"""Run as a process against an installation: one system, and a key to post with."""

import json
import sys

import django

django.setup()

from tests.factories import a_source_key, a_system, an_organisation  # noqa: E402

if __name__ == "__main__":
    organisation = an_organisation()
    systems = [a_system(organisation, name) for name in sys.argv[1:]]
    made = [
        {
            "key": a_source_key(system),
            "origin": system.log.origin,
            "vkey": system.log.vkey,
        }
        for system in systems
    ]
    print(json.dumps(made))
