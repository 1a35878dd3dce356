"""What a dossier says of events that are not in the log."""

import json
from pathlib import Path

from django.test import Client

from audits.streams.services import bring_up
from governance.dossiers.contents.missing import missing_events
from governance.dossiers.selectors.coverage import coverage_facts
from tests.audits.streams.numbering import Source
from tests.factories import World, a_source_key
from tests.governance.dossiers.conftest import Made
from tests.governance.dossiers.opened import page_texts


def test_without_numbers_the_coverage_is_not_established(
    made: Made, files: Path
) -> None:
    text = " ".join(" ".join(page_texts(made.pdf)).split())
    stated = json.loads((files / "contents.json").read_text())["coverage"]

    assert "Not established: no source numbers its events" in text
    assert stated["whole"]["percent"] == ""
    assert stated["whole"]["not_numbered"] > 0


def test_missing_events_stand_in_its_figures_and_among_what_is_missing(
    world: World, client: Client
) -> None:
    source = Source(client, a_source_key(world.system))
    events = source.events(10)
    source.post(*events[:3], *events[5:])
    bring_up(world.system.log)

    found = coverage_facts(world.system.log)

    assert (found.whole.percent, found.whole.missing) == ("80.0", 2)
    assert [(gap.first, gap.last, gap.declared) for gap in found.listed] == [
        (4, 5, False)
    ]
    assert [each.text for each in missing_events(found)] == [
        "2 numbered events are missing from the log."
    ]
