"""Two days of one thing: what the law can be read to say, and what Art. 111 may give.

Where a date of the Act has two readings, the data have both. Every other second day
hangs on facts of the system, when it came onto the market and whether its design
changes, and is no reading of the law.
"""

from datetime import date

from django.utils.translation import gettext as _

from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.words import day


def put_off(first: date | None, later: date | None) -> bool:
    """Whether the second of two days is what Art. 111 may give. None: no day."""
    if first == later:
        return False
    dated = (*law().starts.values(), *catalogue().dated.starts.values())
    read = {start.later for each in dated for start in each.values() if start.later}
    return later not in read


def both(first: date | None, later: date | None) -> str:
    """From when something applies, with the second day where there is one."""
    if first is None:
        said = _("once the design changes significantly")
        if later is None:
            return said
        return _("%(said)s, at the latest %(day)s") % {"said": said, "day": day(later)}
    said = _("from %(day)s") % {"day": day(first)}
    if first == later:
        return said
    return f"{said}; {second(first, later)}"


def second(first: date | None, later: date | None) -> str:
    """What the second day comes about by, in words."""
    if later is None:
        return _("Art. 111 may put it off until the design changes significantly")
    if put_off(first, later):
        return _("Art. 111 may put it off until %(day)s") % {"day": day(later)}
    return _("by another reading from %(day)s") % {"day": day(later)}
