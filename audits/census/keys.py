"""Payloads of a log, opened with its keys and held to what the entries commit to."""

from collections.abc import Mapping
from typing import Any

from audits.log.models import Head, Log
from audits.payloads.contents import Erased, erasures_of
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
        self.log = log
        self.keys: Keys | None = None
        self.erasures: list[Erased] = []
        self.erased_by: dict[int, int] = {}
        self.erased = 0
        try:
            self.keys = stored_keys(log)
        except KeysUnusable as error:
            report.fault("keys of the payloads", error)
            return
        self._know(erasures_of(log, keys=self.keys))

    def read(self, where: str, row: Mapping[str, Any], entry: bytes) -> dict[str, Any]:
        """The payload by role, once it is what the entry committed to."""
        kept = []
        if self.keys is None:
            return {}
        try:
            if row["sealed"] is not None:
                kept = opened(self.keys, row["key"], bytes(row["sealed"]))
            disclosed = bundle.disclose(entry, [each.disclosed() for each in kept])
        except (ValueError, ProofInvalid, SealBroken) as error:
            self.report.fault(f"payload of {where}", error)
            return {}
        for text in disclosed.faults:
            self.report.fault(f"payload of {where}", text)
        if row["sealed"] is not None and row["idx"] in self.erased_by:
            what = f"entry {self.erased_by[row['idx']]} says that it was erased"
            self.report.fault(f"payload of {where}", f"{what}, and it is still stored")
        elif disclosed.undisclosed and self._is_erased(row["idx"]):
            self.erased += 1
        else:
            for text in disclosed.undisclosed:
                self.report.fault(f"payload of {where}", f"{text}: it is gone")
        return {} if disclosed.faults else {each.role: each.value() for each in kept}

    def _is_erased(self, idx: int) -> bool:
        """Whether an entry says that this payload was erased, be it of this moment."""
        if idx not in self.erased_by:
            self._know_newer()
        return idx in self.erased_by

    def _know_newer(self) -> None:
        last = self.erasures[-1].idx if self.erasures else -1
        self._know(erasures_of(self.log, after=last, keys=self.keys))

    def _know(self, erasures: list[Erased]) -> None:
        self.erasures += erasures
        for each in erasures:
            for first, last in each.ranges:
                self.erased_by |= dict.fromkeys(range(first, last + 1), each.idx)

    def hold_erasures(self, head: Head) -> None:
        """Hold the entries that say somebody was erased to the keys that are left."""
        if self.keys is None:
            return
        # ORDER: the head was read before, so that whoever it counts is known now.
        self._know_newer()
        said = [each for each in self.erasures if each.idx < head.size]
        for number, each in enumerate(said, 1):
            where = f"entry {each.idx}"
            if each.fault:
                self.report.fault(where, each.fault)
            elif number > head.keys or each.keys != number:
                what = "it says that somebody was erased, and no key was destroyed"
                self.report.fault(where, what)
        if len(said) < head.keys:
            what = f"keys were destroyed {head.keys} times, {len(said)} entries say so"
            self.report.fault("head", what)
        elif (version := stored_keys(self.log).version) < head.keys:
            what = f"the keys are those of version {version}, not of {head.keys}"
            self.report.fault("head", f"{what}: run manage.py replay_erasures")
        if self.erased:
            self.report.held.append(
                f"{self.erased} payloads are erased, their commitments intact: "
                f"{len(said)} entries say when and why"
            )
