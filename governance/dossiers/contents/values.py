"""The one frozen value that a dossier is set from.

Because it is a value, the pages and the attached JSON say the same, and a dossier
can be set again, bit for bit, from what was stored.
"""

from dataclasses import dataclass
from datetime import datetime

from governance.dossiers.selectors.coverage import CoverageFacts
from governance.dossiers.selectors.facts import (
    ChangeFacts,
    RoleFacts,
    SystemFacts,
    VersionFacts,
)
from governance.dossiers.selectors.judgement import LeafFacts, VerdictFacts
from governance.dossiers.selectors.log import LogFacts
from governance.dossiers.selectors.oversight import Oversight
from governance.dossiers.selectors.proofs import Proven
from governance.dossiers.selectors.registry import (
    DatasetFacts,
    ModelFacts,
    PeriodFacts,
)

FORMAT = "probatum-dossier-v1"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that the file does not have, and where the Act asks for it."""

    text: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class DossierContents:
    """Everything that a dossier says, in the order in which it says it."""

    format: str
    id: str
    language: str
    as_of: datetime
    requested_at: datetime
    requested_by: str
    address: str
    verifier_sha256: str
    system: SystemFacts
    version: VersionFacts | None
    classification: VerdictFacts | None
    roles: tuple[RoleFacts, ...]
    changes: tuple[ChangeFacts, ...]
    leaves: tuple[LeafFacts, ...]
    datasets: tuple[DatasetFacts, ...]
    models: tuple[ModelFacts, ...]
    deployments: tuple[PeriodFacts, ...]
    oversight: Oversight
    log: LogFacts
    proofs: tuple[Proven, ...]
    missing: tuple[Missing, ...]
    page_sha256: str = ""
    """Of the page that verifies; empty in contents from before there was one."""
    coverage: CoverageFacts | None = None
    """None in contents from before streams were followed."""

    @property
    def vouched(self) -> list[Proven]:
        """The proofs that somebody besides the log vouches for, stamped ones first."""
        found = [each for each in self.proofs if each.witnesses or each.stamp]
        return sorted(found, key=lambda each: each.stamp is None)

    @property
    def is_vouched(self) -> bool:
        """Whether anybody besides the log vouches for any of it."""
        return bool(self.vouched)

    @property
    def title(self) -> str:
        """The name of the system and of its version."""
        return " ".join(
            [self.system.name, *([self.version.name] if self.version else [])]
        )
