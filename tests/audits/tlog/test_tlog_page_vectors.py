"""The page's own mathematics against published vectors, and against our Python."""

import json
import random
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page

from audits.tlog import ed25519
from audits.tlog.ed25519 import L
from audits.tlog.encoding import to_base64
from audits.tlog.hashing import EMPTY_ROOT
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import browsing, modules
from tests.audits.tlog.naive import VECTORS, decimal_leaves, mth, path, subproof
from tests.audits.tlog.test_tlog_ed25519 import RFC8032, SMALL_ORDER

SIGNATURES = """async (cases) => {
  const { isPublicKey, ownVerify, verifySignature } = await import("/ed25519.js");
  const byte = (pair) => parseInt(pair, 16);
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], byte);
  const said = [];
  for (const [key, message, signature] of cases.map((each) => each.map(bytes))) {
    const whole = await verifySignature(key, message, signature);
    const usable = isPublicKey(key) && signature.length === 64;
    said.push([whole.good, usable && await ownVerify(key, message, signature)]);
  }
  return said;
}"""
PROOFS = """async (cases) => {
  const { rootFromPath, rootBefore } = await import("/tree.js");
  const { fromBase64, toBase64 } = await import("/bytes.js");
  const bytes = (text) => fromBase64(text, "");
  const said = [];
  for (const [leaf, index, size, path] of cases) {
    try {
      const hashes = path.map(bytes);
      const root = await rootFromPath(bytes(leaf), index, size, hashes);
      const before = await rootBefore(index, size, hashes);
      said.push([toBase64(root), before ? toBase64(before) : ""]);
    } catch (error) {
      said.push([error.constructor.name, ""]);
    }
  }
  return said;
}"""

GROWTH = """async (cases) => {
  const { checkGrowth } = await import("/tree.js");
  const { fromBase64 } = await import("/bytes.js");
  const said = [];
  for (const [old, oldRoot, now, newRoot, path] of cases) {
    const older = { size: old, root: fromBase64(oldRoot, "") };
    const newer = { size: now, root: fromBase64(newRoot, "") };
    const hashes = path.map((each) => fromBase64(each, ""));
    said.push(await checkGrowth(older, newer, hashes).then(() => true, () => false));
  }
  return said;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browsing() as browser:
        yield modules(browser)


def test_the_examples_of_the_rfc_hold_and_bent_ones_do_not(page: Page) -> None:
    bent = [(key, message + "00", signature) for key, message, signature in RFC8032]
    said = page.evaluate(SIGNATURES, [*map(list, RFC8032), *map(list, bent)])
    assert said == [[True, True]] * 3 + [[False, False]] * 3


def test_it_agrees_with_our_python_on_good_and_bent_signatures(page: Page) -> None:
    dice, cases = random.Random(8032), []
    for _ in range(12):
        key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), dice.randbytes(40)
        good = [bytearray(public), bytearray(message), bytearray(key.sign(message))]
        for bend in (None, 0, 1, 2):
            case = [bytes(each) for each in good]
            if bend is not None:
                changed = bytearray(case[bend])
                changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
                case[bend] = bytes(changed)
            cases.append(case)
    said = page.evaluate(SIGNATURES, [[each.hex() for each in case] for case in cases])
    assert [whole for whole, _ in said] == [ed25519.verify(*case) for case in cases]
    assert [whole for whole, _ in said] == [own for _, own in said]
    assert [whole for whole, _ in said].count(True) == 12


def test_a_signature_has_one_encoding_and_small_keys_vouch_for_nothing(
    page: Page,
) -> None:
    public, message, signature = RFC8032[1]
    s = int.from_bytes(bytes.fromhex(signature)[32:], "little") + L
    again = signature[:64] + s.to_bytes(32, "little").hex()
    forged = "01" + "00" * 63
    cases = [[public, message, again], [public, message, signature + "00"]]
    cases += [[key, "00", forged] for key in SMALL_ORDER]
    said = page.evaluate(SIGNATURES, cases)
    assert [whole for whole, _ in said] == [False] * len(cases)


def test_every_published_inclusion_proof_gives_its_verdict(page: Page) -> None:
    published = json.loads((VECTORS / "merkle-inclusion.json").read_text())
    cases, wanted = [], []
    for each in published.values():
        path_ = each["proof"] or []
        cases.append([each["leafHash"], each["leafIdx"], each["treeSize"], path_])
        wanted.append((each["root"], each["wantErr"]))
    said = page.evaluate(PROOFS, cases)
    for (found, _), (root, wrong), name in zip(said, wanted, published, strict=True):
        # What is no hash never gets as far as this: a checkpoint's reader refuses it.
        holds = found == root and len(root) == len(to_base64(EMPTY_ROOT))
        assert holds is not wrong, name


def test_paths_of_every_small_tree_give_the_root_now_and_before(page: Page) -> None:
    cases, wanted = [], []
    for size in (*range(1, 34), 64, 65, 129):
        leaves = decimal_leaves(size)
        for index in range(size):
            hashes = [to_base64(each) for each in path(index, leaves)]
            cases.append([to_base64(leaves[index]), index, size, hashes])
            before = to_base64(mth(leaves[:index])) if index else ""
            wanted.append([to_base64(mth(leaves)), before])
    assert page.evaluate(PROOFS, cases) == wanted


def test_growth_of_every_small_tree_holds_and_no_other_root_or_path_does(
    page: Page,
) -> None:
    cases, wanted = [], []
    roots = [to_base64(mth(decimal_leaves(n))) for n in range(34)]
    for new in range(2, 34):
        for old in range(1, new):
            hashes = [to_base64(h) for h in subproof(old, decimal_leaves(new))]
            cases += [[old, roots[old], new, roots[new], each] for each in (
                hashes, hashes[:-1], [*hashes, roots[1]], hashes[::-1],
            )]  # fmt: skip
            wanted += [True, False, False, hashes == hashes[::-1]]
            cases.append([old, roots[old - 1], new, roots[new], hashes])
            wanted.append(False)
    assert page.evaluate(GROWTH, cases) == wanted


def test_a_path_of_another_length_is_refused(page: Page) -> None:
    leaf, hashes = to_base64(evidence.LEAVES[5]), [to_base64(EMPTY_ROOT)] * 12
    cases = [[leaf, 5, 600, hashes[:n]] for n in range(12) if n != 10]
    cases += [[leaf, 600, 600, []], [leaf, 0, 0, []], [leaf, 0, 1, hashes[:1]]]
    assert {found for found, _ in page.evaluate(PROOFS, cases)} == {"Wrong"}
