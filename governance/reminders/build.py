"""Reminding people of what they own: one message a person and a day, never twice.

Who is written to, and of what, is committed before anything is sent. So a worker that
is killed in between has sent nothing, or sent it; the message is not sent again. The
next mark, and the page Home, name the duty in any case.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime

from django.core.mail import get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from governance.obligations.access import systems_with_duties
from governance.obligations.models import Period
from governance.obligations.selectors import due_for
from governance.reminders.contents import Due, Told, due_now, lines
from governance.reminders.models import Digest, Reminder
from registry.people.access import active_memberships
from registry.people.models import User

logger = logging.getLogger(__name__)


def remind_all(today: date, now: datetime) -> int:
    """Write to everybody who owns something that has reached a mark; how many.

    Raises OSError when no mail can be sent at all; then nothing was written down.
    """
    owners = User.objects.filter(obligations__isnull=False, is_active=True).distinct()
    with get_connection() as post:
        return sum(remind(each, today, now, post) for each in owners.order_by("pk"))


def remind(person: User, today: date, now: datetime, post: BaseEmailBackend) -> bool:
    """Write to one person; False when there is nothing to say, or it was said today."""
    if not active_memberships(person):
        return False
    systems = systems_with_duties(person).order_by().values("pk")
    periods = list(due_for(person, systems, today))
    dues = due_now(periods, _told(person, periods), today)
    if not dues or not (digest := _write_down(person, dues, today, now)):
        return False
    # If we stop here: the digest is written and never sent.
    try:
        _send(person, dues, today, post)
    except OSError:
        # The server may have it or not. Others still get theirs.
        logger.exception("reminders of %s were perhaps not sent", person.pk)
        # A connection that the server has closed would fail for all who come after. If
        # none can be opened, nothing more is written down, and the task is tried again.
        post.close()
        post.open()
        return False
    Digest.objects.filter(pk=digest.pk).update(sent_at=now)
    return True


def _told(person: User, periods: Iterable[Period]) -> Told:
    """What this person was told of; who owned a duty before is somebody else."""
    rows = Reminder.objects.filter(digest__person=person, period__in=list(periods))
    return {(row.period_id, row.mark, row.due_on) for row in rows}


def _write_down(
    person: User, dues: list[Due], today: date, now: datetime
) -> Digest | None:
    """The digest of the day, committed; None when another worker wrote it before."""
    try:
        with transaction.atomic():
            digest = Digest.objects.create(person=person, on=today, written_at=now)
            Reminder.objects.bulk_create(
                Reminder(period=due.period, digest=digest, mark=mark, due_on=due.due_on)
                for due in dues
                for mark in due.marks
            )
    except IntegrityError:
        return None
    return digest


def _send(person: User, dues: list[Due], today: date, post: BaseEmailBackend) -> None:
    subject = ngettext(
        "A duty of yours is due", "%(n)s duties of yours are due", len(dues)
    ) % {"n": len(dues)}
    told = {"person": person, "lines": lines(dues, today)}
    body = render_to_string("governance/reminders/digest.txt", told)
    send_mail(subject, body, None, [person.email], connection=post)
