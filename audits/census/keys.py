"""Payloads of a log, opened with its keys and held to what the entries commit to."""

from collections.abc import Mapping
from typing import Any

from audits.log.models import Log
from audits.payloads.encoding import SealBroken
from audits.payloads.keys import Keys, KeysUnusable
from audits.payloads.selectors import opened, stored_keys
from audits.tlog import bundle
from audits.tlog.hashing import ProofInvalid
from audits.tlog.report import Report


class Payloads:
    """What opens the payloads of one log; faults go into the report."""

    def __init__(self, log: Log, report: Report) -> None:
        self.report = report
        self.keys: Keys | None = None
        try:
            self.keys = stored_keys(log)
        except KeysUnusable as error:
            report.fault("keys of the payloads", error)

    def read(self, where: str, row: Mapping[str, Any], entry: bytes) -> dict[str, Any]:
        """The payload by role, once it is what the entry committed to."""
        kept = []
        if self.keys is None:
            return {}
        try:
            if row["sealed"] is not None:
                kept = opened(self.keys, row["key"], bytes(row["sealed"]))
            disclosed = bundle.disclose(
                entry, [bundle.Part(each.role, each.salt, each.data) for each in kept]
            )
        except (ValueError, ProofInvalid, SealBroken) as error:
            self.report.fault(f"payload of {where}", error)
            return {}
        for text in disclosed.faults:
            self.report.fault(f"payload of {where}", text)
        for text in disclosed.undisclosed:
            self.report.fault(f"payload of {where}", f"{text}: it is gone")
        return {} if disclosed.faults else {each.role: each.value() for each in kept}
