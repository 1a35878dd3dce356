"""Single fields of a part: shown without the others, by both verifiers."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from audits.tlog import bundle, field, note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.commitment import commit
from audits.tlog.compact import Compact
from audits.tlog.encoding import to_base64
from audits.tlog.field import Field
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.proof import TlogProof
from tests.audits.tlog.browser import Opened
from tests.audits.tlog.evidence import KEY, ORIGIN, VKEY, run_here

SALT = bytes(32)
NAMED = (b'["output","score",0.81]', b'["output","decision","no"]', b'["confidence",1]')
FIELDS = tuple(Field(bytes([n]) * 32, data) for n, data in enumerate(NAMED))
DIGESTS = tuple(each.digest for each in FIELDS)
SHOWN = (DIGESTS[2], FIELDS[0], DIGESTS[1])


def an_entry(fields: Sequence[Field | bytes] = FIELDS) -> bytes:
    """A leaf that commits to an input as a whole, and to an output by field."""
    data = field.joined(fields)
    return json.dumps(
        {
            "pay": [
                {"com": commit(SALT, b"41").hex(), "len": 2, "role": "input"},
                {"by": "field", "com": commit(SALT, data).hex(), "len": len(data),
                 "role": "output"},
            ]
        }
    ).encode()  # fmt: skip


def a_bundle(*parts: bundle.Part, entry: bytes | None = None) -> bundle.EventBundle:
    """The evidence of that entry, the only one of its log."""
    data = entry or an_entry()
    root = Compact().append([leaf_hash(data)]).root()
    signed = note.sign(Checkpoint(ORIGIN, 1, root).text(), [KEY]).to_bytes()
    proof = TlogProof(0, (), signed).to_bytes()
    return bundle.EventBundle(ORIGIN, VKEY, 0, data, proof, parts)


def by_field(*fields: Field | bytes) -> bundle.Part:
    return bundle.Part("output", SALT, fields=fields)


def test_the_score_is_shown_and_all_else_is_known_to_exist(
    tab: Opened, tmp_path: Path
) -> None:
    made = a_bundle(by_field(*SHOWN))
    file = tmp_path / "score.json"
    file.write_bytes(made.to_bytes())
    assert bundle.parse(made.to_bytes()) == made
    assert json.loads(made.to_bytes())["format"] == bundle.FORMAT_2
    for hidden in (b"decision", b"confidence"):
        assert hidden not in made.to_bytes()
        assert to_base64(hidden)[:8].encode() not in made.to_bytes()

    report = run_here("verify", str(file), "--vkey", VKEY)
    assert report.status == 0
    assert "field 'output.score' of part 'output' (23 bytes) is what" in report.out
    assert "2 other fields of part 'output': not disclosed" in report.out
    assert "part 'input': not disclosed" in report.out

    found = tab.check(file, key=VKEY)
    assert found.tone == "ok"
    what = "Disclosed field “output.score” of part “output” is what the entry committed"
    assert found.step(f"{what} to")[0] == "holds"
    assert found.step("2 other fields of part “output”")[0] == "closed"
    assert '["output","score",0.81]' in tab.page.inner_text("#result")


def test_a_bundle_of_whole_parts_is_still_of_the_first_format() -> None:
    made = a_bundle(bundle.Part("input", SALT, b"41")).to_bytes()
    assert json.loads(made)["format"] == bundle.FORMAT


@pytest.mark.parametrize(
    ("change", "entry", "reason"),
    [
        (lambda p: replace(p, fields=p.fields[:2]), an_entry(), "has 64 bytes"),
        (
            lambda p: by_field(DIGESTS[2], replace(FIELDS[0], data=NAMED[0] + b" "),
                               DIGESTS[1]),
            an_entry(),
            "commitment",
        ),
        (lambda p: by_field(DIGESTS[1], replace(FIELDS[0], salt=SALT[:-1] + b"x"),
                            DIGESTS[2]), an_entry(), "commitment"),
        (lambda p: replace(p, salt=SALT[:-1] + b"x"), an_entry(), "commitment"),
        (lambda p: bundle.Part("output", SALT, b"".join(sorted(DIGESTS))),
         an_entry(), "by field"),
        (lambda p: replace(p, role="input"), an_entry(), "otherwise"),
        # Whoever committed to a field twice has said two things.
        (lambda p: by_field(FIELDS[0], FIELDS[0]), an_entry(FIELDS[:1] * 2), "twice"),
        (lambda p: by_field(Field(SALT, b"[1]")), an_entry([Field(SALT, b"[1]")]),
         "name"),
        (lambda p: by_field(Field(SALT, b"[1,2]")), an_entry([Field(SALT, b"[1,2]")]),
         "name"),
    ],
)  # fmt: skip
def test_what_the_entry_did_not_commit_to_is_found_by_both(
    tab: Opened,
    tmp_path: Path,
    change: Callable[[bundle.Part], bundle.Part],
    entry: bytes,
    reason: str,
) -> None:
    made = a_bundle(change(by_field(*SHOWN)), entry=entry)
    (fault,) = bundle.disclose(made.entry, made.parts).faults
    assert reason in fault
    file = tmp_path / "bent.json"
    file.write_bytes(made.to_bytes())
    assert tab.check(file, key=VKEY).tone == "danger"


@pytest.mark.parametrize(
    "fields", [[], "x", [7], ["AAAA"], [{"salt": "AAAA", "data": "AAAA"}], [{}]]
)
def test_a_malformed_list_of_fields_is_refused(fields: object) -> None:
    with pytest.raises(ProofInvalid):
        field.parse_fields(fields, "a part")
