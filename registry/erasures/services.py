"""Acts on requests for erasure, with refusals in the way that forms and API read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from audits.erasure import services
from audits.erasure.models import Erasure, Exemption, Ground
from audits.log.services import ClockWentBack
from audits.trail.services import Actor
from registry.operators.services import FactsWrong
from registry.systems.models import AISystem


@contextmanager
def _as_facts() -> Iterator[None]:
    try:
        yield
    except services.ErasureRefused as error:
        raise FactsWrong({error.field: str(error)}) from error
    except ClockWentBack as error:
        raise FactsWrong({"": str(error)}) from error


def ask(
    *, system: AISystem, subject: str, ground: str, reference: str = "",
    by: Actor, at: datetime,
) -> Erasure:  # fmt: skip
    """Ask that a person be erased from the system's log; FactsWrong when refused."""
    with _as_facts():
        return services.request_erasure(
            log=system.log, subject=subject, ground=Ground(ground),
            reference=reference, by=by, at=at,
        )  # fmt: skip


def erase(
    *, erasure: Erasure, resolved: Mapping[str, str], by: Actor, at: datetime
) -> services.Outcome:
    """Erase; FactsWrong names what still stands against it."""
    with _as_facts():
        return services.erase(erasure=erasure, resolved=resolved, by=by, at=at)


def keep(
    *, erasure: Erasure, exemption: str, reasons: str, due: date | None,
    by: Actor, at: datetime,
) -> Erasure:  # fmt: skip
    """Keep the records, until a day or for good; FactsWrong when refused."""
    ground = Exemption(exemption)
    with _as_facts():
        if due is None:
            services.refuse(
                erasure=erasure, exemption=ground, reasons=reasons, by=by, at=at
            )
        else:
            services.postpone(
                erasure=erasure, exemption=ground, reasons=reasons, due=due, by=by,
                at=at,
            )  # fmt: skip
    return erasure
