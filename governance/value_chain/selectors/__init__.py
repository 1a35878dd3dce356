"""What may have made somebody the provider (Art. 25), and what was answered of it."""

from governance.value_chain.selectors.alarms import (
    Alarm,
    Candidate,
    alarm_of,
    open_alarms,
    unasked,
)
from governance.value_chain.selectors.answers import (
    history,
    new_providers,
    providers_on,
    standing_answer,
)
from governance.value_chain.selectors.occasions import MOST, words_of

__all__ = [
    "MOST",
    "Alarm",
    "Candidate",
    "alarm_of",
    "history",
    "new_providers",
    "open_alarms",
    "providers_on",
    "standing_answer",
    "unasked",
    "words_of",
]
