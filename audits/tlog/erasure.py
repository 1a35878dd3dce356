"""Whether an entry of the log says that another one's payload was erased.

Such an entry is of type `subject_erased`, and commits to a part `erased`, the list
{"entries": [[first, last], …]} of the entries whose payloads went. So a payload that is
missing is either erased, which anyone can check, or was removed by somebody.
"""

from typing import Any

from audits.tlog import bundle, proof
from audits.tlog.bundle import EventBundle
from audits.tlog.documents import load_json, text_of
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier

TYPE = "subject_erased"
ROLE = "erased"


def check_erased(found: EventBundle, log: Verifier) -> tuple[int, str]:
    """Raise ProofInvalid unless the bundle's erasure is one of this log and entry.

    Return the index of the entry that says so, and when the log received it.
    """
    by = found.erased
    if by is None:
        raise ProofInvalid("the bundle names no entry of an erasure")
    proven = proof.parse(by.proof)
    proof.check(proven, by.entry, log)
    if proven.index != by.index or by.index <= found.index:
        raise ProofInvalid(f"entry {by.index} is not a later entry of the log")
    said, where = load_json(by.entry, "the entry"), "the entry of the erasure"
    if text_of(said, "type", where) != TYPE:
        raise ProofInvalid(f"entry {by.index} says nothing of an erasure")
    disclosed = bundle.disclose(by.entry, by.parts)
    if disclosed.faults:
        raise ProofInvalid("; ".join(disclosed.faults))
    lists = [part.data for part in by.parts if part.role == ROLE]
    if len(lists) != 1 or not _lists(load_json(lists[0], "the list"), found.index):
        raise ProofInvalid(f"entry {by.index} does not list entry {found.index}")
    return by.index, text_of(said, "rx", where)


def _lists(document: Any, index: int) -> bool:
    ranges = document.get("entries") if isinstance(document, dict) else None
    return isinstance(ranges, list) and any(
        isinstance(each, list)
        and len(each) == 2
        and all(type(end) is int for end in each)
        and each[0] <= index <= each[1]
        for each in ranges
    )
