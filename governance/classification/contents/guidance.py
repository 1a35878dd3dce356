"""What rests on draft guidance alone, in a sentence that names the draft."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from governance.law.load import law

RULED_OUT = "ruled_out"


def guidance_words(status: str, outcome: str, facts: Iterable[str]) -> str:
    """What the text of the Act alone would have instead; "" where it is enough.

    `outcome` is the confidence of a finding, or `RULED_OUT`; `facts` are its reasons
    and what it hangs on, among which those stand that the draft brought in.
    """
    if not status:
        return ""
    says = {
        "established": _(
            "This rests on draft guidance alone. By the text of the Act it would come "
            "out otherwise."
        ),
        "disputed": _(
            "The other reading rests on draft guidance alone, not on the text of the "
            "Act."
        ),
        "not_established": _(
            "That this is open rests on draft guidance alone. By the text of the Act "
            "it would be settled."
        ),
        RULED_OUT: _(
            "Ruled out by draft guidance alone. By the text of the Act it would stand."
        ),
    }[outcome]
    drafts = dict.fromkeys(
        question.guidance.source
        for fact in facts
        if (question := law().questions.get(fact)) and question.guidance
    )
    return f"{says} ({'; '.join(drafts)})" if drafts else says
