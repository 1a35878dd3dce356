"""The words of an export, the same on paper and in a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.law.load import law
from governance.law.words import day
from governance.registration.encoding import digest_of
from governance.registration.models import RegistrationSubmission

STATES = {
    "complete": gettext_lazy("complete"),
    "not_applicable": gettext_lazy("does not apply"),
    "partly": gettext_lazy("in part"),
    "missing": gettext_lazy("missing"),
}
PLACES = {
    "open": gettext_lazy("open to the public"),
    "non_public": gettext_lazy("NOT PUBLIC (Art. 49(4))"),
    "not_established": gettext_lazy("not established: treat as NOT PUBLIC"),
}
AUTHORITIES_ONLY = gettext_lazy("authorities only (Art. 71(4))")


@dataclass(frozen=True, slots=True)
class Export:
    """What a file is made of: frozen values, and what was stated of them."""

    content: Mapping[str, Any]
    submission: RegistrationSubmission | None = None

    @property
    def digest(self) -> str:
        return digest_of(self.content)

    @property
    def title(self) -> str:
        return f"{self.content['citation']}: {self.content['system']['name']}"

    @property
    def notice(self) -> str:
        """That it is no registration, and what it is."""
        if self.submission is None:
            return str(self.content["notice"])
        return _(
            "Stated by %(who)s to have been submitted on %(day)s under the reference "
            "%(reference)s. This copy is not a registration and confirms none."
        ) % {
            "who": self.submission.stated_by,
            "day": day(self.submission.submitted_on),
            "reference": self.submission.reference,
        }

    @property
    def warning(self) -> str:
        """What has to stand on every page of what the public must not read."""
        return {
            "no": "",
            "yes": _("NOT PUBLIC: secure section, Art. 49(4)"),
            "not_established": _("Treat as NOT PUBLIC: Art. 49(4) not established"),
        }[str(self.content["non_public"])]

    @property
    def edition(self) -> str:
        """The edition by name; a hypothetical one says so."""
        names = {item.id: item.title for item in law().editions}
        name = names.get(self.content["edition"], str(self.content["edition"]))
        if self.content["hypothetical"]:
            return _("%(name)s, not the law in force on that day") % {"name": name}
        return name

    @property
    def on(self) -> str:
        return day(date.fromisoformat(self.content["on"]))

    def place(self, field: Mapping[str, Any]) -> str:
        """Who will read a field once it is entered."""
        if field["place"] == "open" and self.content["open_to"] != "everybody":
            return str(AUTHORITIES_ONLY)
        return str(PLACES[field["place"]])

    def head(self) -> list[tuple[str, str]]:
        """The lines above the fields."""
        content = self.content
        lines = [
            (_("What this is"), self.notice),
            (_("Public or not"), self.warning or _("open to %(who)s")
             % {"who": content["open_to"]}),
            (_("Sample"), _("sample, not evidence") if content["sample"] else ""),
            (_("System"), content["system"]["name"]),
            (_("Filled in for"), content["operator"]["name"]),
            (_("Section"), f"{content['citation']}: {content['title']}"),
            (_("Whether it binds"), content["when"] or _("It does not bind.")),
            (_("Facts not established"), " ".join(content["missing_facts"])),
            (_("Law as on"), self.on),
            (_("Edition"), self.edition),
            (_("Complete"), _("%(n)s of %(m)s fields")
             % {"n": content["complete"], "m": content["of"]}),
            (_("Not asked there"), ", ".join(
                each["citation"] for each in content["left_out"])),
            (_("SHA-256 of the content"), self.digest),
        ]  # fmt: skip
        return [(name, str(text)) for name, text in lines if text]

    def rows(self) -> list[dict[str, str]]:
        """The fields in words."""
        return [
            {
                "citation": field["citation"],
                "title": field["title"],
                "asks": field["asks"],
                "value": field["value"],
                "state": _state(field),
                "source": _source(field),
                "place": self.place(field),
                "still": field["still_to_write"],
            }
            for field in self.content["fields"]
        ]


def _state(field: Mapping[str, Any]) -> str:
    if field["required"] == "optional" and field["state"] == "missing":
        return _("left open (optional)")
    return str(STATES[field["state"]])


def _source(field: Mapping[str, Any]) -> str:
    if not field["written_by_a_person"]:
        return str(field["source"])
    written = _("written by %(who)s on %(day)s") % {
        "who": field["source"],
        "day": day(date.fromisoformat(field["written_on"])),
    }
    return f"{written}: {field['reason']}" if field["reason"] else written
