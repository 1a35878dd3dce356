"""One finding as the pages tell it: its tone, its plain sentence, and whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.classification.contents.guidance import guidance_words
from governance.law.check import ROLES
from governance.law.load import law
from governance.law.logic import Truth
from governance.law.model import Confidence
from governance.law.verdict import Finding

TONES = {
    "prohibited_practice": "danger",
    "not_permitted_by_other_law": "danger",
    "high_risk": "attention",
    "section_b_limited": "attention",
    "gpai_systemic_risk": "attention",
    "high_risk_derogated": "info",
    "transparency_obligation": "info",
    "gpai_model": "info",
}
# What the Act does not reach falls on nobody.
NOBODY = ("out_of_scope", "not_ai_system")
# The plain sentence that comes before the legal term.
PLAIN = {
    "prohibited_practice": gettext_lazy("This practice is forbidden."),
    "not_permitted_by_other_law": gettext_lazy(
        "Other law does not permit this use at all."
    ),
    "high_risk": gettext_lazy(
        "Strict duties apply before and while the system is used."
    ),
    "section_b_limited": gettext_lazy(
        "Part of a regulated product: few Articles apply directly, the rest through "
        "the law on that product."
    ),
    "gpai_systemic_risk": gettext_lazy(
        "A model with capabilities that bring duties of their own."
    ),
    "high_risk_derogated": gettext_lazy(
        "It would be high-risk, but an exemption is claimed. The claim has duties."
    ),
    "transparency_obligation": gettext_lazy(
        "People must be able to know that AI is at work."
    ),
    "gpai_model": gettext_lazy("The provider of the model has duties of its own."),
    "out_of_scope": gettext_lazy("The Act does not reach this system."),
    "not_ai_system": gettext_lazy("The Act does not call this an AI system."),
}
BEARERS = {
    "provider": gettext_lazy("provider"),
    "deployer": gettext_lazy("deployer"),
    "importer": gettext_lazy("importer"),
    "distributor": gettext_lazy("distributor"),
    "product_manufacturer": gettext_lazy("product manufacturer"),
    "authorised_representative": gettext_lazy("authorised representative"),
    "model_provider": gettext_lazy("model provider"),
    "downstream_provider": gettext_lazy("downstream provider"),
    "third_party": gettext_lazy("other third party"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with what a page adds to it."""

    finding: Finding
    tone: str
    label: str
    citation: str
    plain: str
    bearers: str
    ours: str
    drafted: str
    costs: Sequence[str] = ()


def told(finding: Finding, held: Sequence[str] = ()) -> Told:
    """A finding with its tone, its label in two parts, and whose it is."""
    label, _sep, cited = finding.label.partition(" · ")
    kind = str(finding.kind)
    named = [str(BEARERS.get(name, name)) for name in finding.bearers]
    plain = str(PLAIN.get(kind, ""))
    if plain and finding.confidence is Confidence.NOT_ESTABLISHED:
        plain = _("Only if the open facts bear it out: %(says)s") % {"says": plain}
    elif plain and finding.guidance and not finding.dispute:
        plain = _("Only if the draft guidance holds: %(says)s") % {"says": plain}
    return Told(
        finding=finding,
        tone=TONES.get(kind, "neutral"),
        label=label,
        citation=cited or finding.citation,
        plain=plain,
        bearers="" if kind in NOBODY else ", ".join(named),
        ours=_ours(finding, held),
        drafted=guidance_words(
            finding.guidance,
            finding.confidence,
            [*(s.fact for s in finding.steps), *(m.fact for m in finding.missing)],
        ),
    )


def _ours(finding: Finding, held: Sequence[str]) -> str:
    """Whose it is by the answers; by the register while nobody has answered."""
    if finding.concerns_us is Truth.UNKNOWN and held:
        also = {choice.id: choice.also for choice in law().questions[ROLES].choices}
        ours = [name for name in held if {name, also[name]} & {*finding.bearers}]
        roles = ", ".join(str(BEARERS[name]) for name in ours or held)
        if ours:
            return _("By the register it falls on you, as %(roles)s; not yet "
                     "confirmed.") % {"roles": roles}  # fmt: skip
        return _("By the register it falls on others, and you are %(roles)s; not yet "
                 "confirmed.") % {"roles": roles}  # fmt: skip
    return {
        Truth.YES: _("It falls on you."),
        Truth.NO: _("It falls on others, by the roles that were answered."),
        Truth.UNKNOWN: _("Whether it falls on you is not established."),
    }[finding.concerns_us]
