"""The acts on one duty by their names, as pages and the API call them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audits.trail.services import Actor
from governance.obligations.access import ACCEPT, CHANGE, SUBMIT
from governance.obligations.models import Obligation, Period
from governance.obligations.services.decisions import accept, send_back
from governance.obligations.services.planning import (
    assign_owner,
    open_again,
    set_review,
    state_due,
)
from governance.obligations.services.work import (
    say_not_applicable,
    start,
    submit_evidence,
)
from registry.people.models import User


@dataclass(frozen=True, slots=True)
class AtHand:
    """The duty and the period that an act is about, and who acts, when."""

    row: Obligation
    period: Period
    person: User
    by: Actor
    at: datetime


Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """An act: what it asks of a role, and how it is carried out."""

    permission: str
    run: Callable[[AtHand, Told], object]


def _start(here: AtHand, told: Told) -> object:
    return start(period=here.period, revision=told["revision"], by=here.by, at=here.at)


def _submit(here: AtHand, told: Told) -> object:
    return submit_evidence(
        period=here.period, submitter=here.person, by=here.by, at=here.at,
        documents=told.get("documents", []), links=told.get("links", []),
        text=told.get("text", ""), revision=told["revision"],
    )  # fmt: skip


def _not_applicable(here: AtHand, told: Told) -> object:
    return say_not_applicable(
        period=here.period, submitter=here.person, by=here.by, at=here.at,
        reason=told.get("reason", ""), revision=told["revision"],
    )  # fmt: skip


def _assign(here: AtHand, told: Told) -> object:
    assign_owner(
        obligations=[(here.row, told["revision"])], owner=told.get("owner"),
        by=here.by, at=here.at,
    )  # fmt: skip
    return here.row


def _due(here: AtHand, told: Told) -> object:
    return state_due(
        period=here.period, due_on=told["due_on"], reason=told.get("reason", ""),
        revision=told["revision"], by=here.by, at=here.at,
    )  # fmt: skip


def _review(here: AtHand, told: Told) -> object:
    return set_review(
        obligation=here.row, months=told.get("months"),
        revision=told["revision"], by=here.by, at=here.at,
    )  # fmt: skip


def _open_again(here: AtHand, told: Told) -> object:
    return open_again(
        obligation=here.row, reason=told.get("reason", ""),
        revision=told["revision"], by=here.by, at=here.at,
    )  # fmt: skip


def _accept(here: AtHand, told: Told) -> object:
    return accept(
        period=here.period, approver=here.person,
        revision=told["revision"], by=here.by, at=here.at,
    )  # fmt: skip


def _return(here: AtHand, told: Told) -> object:
    return send_back(
        period=here.period, reviewer=here.person, reason=told.get("reason", ""),
        revision=told["revision"], by=here.by, at=here.at,
    )  # fmt: skip


ACTS = {
    "start": Act(SUBMIT, _start),
    "submit": Act(SUBMIT, _submit),
    "not_applicable": Act(CHANGE, _not_applicable),
    "assign": Act(CHANGE, _assign),
    "due": Act(CHANGE, _due),
    "review": Act(CHANGE, _review),
    "open_again": Act(CHANGE, _open_again),
    "accept": Act(ACCEPT, _accept),
    "return": Act(ACCEPT, _return),
}
