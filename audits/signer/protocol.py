"""What is asked of a signer and answered, one line of JSON each.

    {"do": "open", "origin": …}              {"vkey": …}
    {"do": "sign", "trees": [[origin, size, root in hex], …]}   {"notes": [note, …]}
    {"do": "receipt", "tree": [origin, size, root]}   {"protected": …, "signature": …}
    {"do": "ml-dsa", "tree": [origin, size, root]}    {"line": …}
    {"do": "ml-dsa-key", "origin": …}        {"vkey": …}
    {"do": "pending"}                        {"pending": rotations to be recorded}
    {"do": "hand_over", "origin": …, "size": …}       {"note": …, "new": …, "ends": …}
    {"do": "witness"}                        {"vkey": …}
    {"do": "cosign", "body": base64}         {"status": …, "body": …}, as HTTP wants it
    {"do": "status"}                         what it has signed and what it refuses

What is not signed stands in the place of its note as {"refused": why, "kind": …}; a
request that cannot be answered now gets {"away": why}, one that is none {"wrong": why}.
Any of them may be sent again: the answer is the same, or further on.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import psycopg

from audits.signer import rotating
from audits.signer.signing import MICROSECONDS, Asked, Signer
from audits.signer.state import Refusal
from audits.signer.witnessing import Refused
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.hashing import HASH_SIZE

# LIMIT: of a line, in bytes; a name is at most as long as a cosignature can say.
MOST_BYTES = 1 << 18
MOST_TREES = 100
MOST_ORIGIN = 255
MOST_SIZE = 1 << 53
IN_NO_ORIGIN = re.compile(r"[+\s\x00-\x1f]")

Answer = dict[str, Any]


class Wrong(Exception):
    """The request is none; says why."""


def answer_all(signer: Signer, lines: Sequence[bytes]) -> list[Answer]:
    """Answer requests that came together: all trees in one change of the state."""
    return _answered(signer, [_parsed(line) for line in lines])


def answer_one(signer: Signer, request: dict[str, Any]) -> Answer:
    """Answer a request that did not come as a line."""
    return _answered(signer, [_checked(request)])[0]


def _answered(signer: Signer, requests: Sequence[dict[str, Any]]) -> list[Answer]:
    trees = [each for request in requests for each in request.get("trees", ())]
    try:
        notes = iter(signer.sign(trees) if trees else [])
        return [_answer(signer, request, notes) for request in requests]
    except psycopg.Error as error:
        why = f"the signer cannot read the database: {error}"
        return [{"away": why} for _request in requests]


def _answer(
    signer: Signer, request: dict[str, Any], notes: Iterator[str | Refusal]
) -> Answer:
    if "wrong" in request:
        return request
    found = [next(notes) for _each in request.get("trees", ())]
    if "act" not in request:
        return {"notes": [_told(each) for each in found]}
    # ORDER: what else is signed of a tree is signed only if its checkpoint is, which
    # then is in the state.
    refused = [each for each in found if isinstance(each, Refusal)]
    answer: Answer = _told(refused[0]) if refused else request["act"](signer)
    return answer


def _open(signer: Signer, origin: str) -> Answer:
    found = signer.open(origin)
    return {"vkey": found} if isinstance(found, str) else _told(found)


def _receipt(signer: Signer, asked: Asked) -> Answer:
    newest = signer.masters(asked)[-1]
    protected, signature = signer.keys.receipt(asked.origin, asked.root, newest)
    return {
        "protected": b64encode(protected).decode(),
        "signature": b64encode(signature).decode(),
    }


def _ml_dsa(signer: Signer, asked: Asked) -> Answer:
    newest, at = signer.masters(asked)[-1], signer.now() // MICROSECONDS
    return {"line": signer.keys.ml_dsa_line(Checkpoint(*asked), newest, at)}


def _ml_dsa_key(signer: Signer, origin: str) -> Answer:
    used = [key for key in signer.state.keys(origin) if key.size is not None]
    return {"vkey": signer.keys.ml_dsa_vkey(origin, used[-1].master)}


def _hand_over(signer: Signer, origin: str, size: int) -> Answer:
    found = rotating.hand_over(signer, origin, size)
    return dict(_told(found)) if isinstance(found, Refusal) else found


def _cosign(signer: Signer, body: bytes) -> Answer:
    try:
        line = signer.witness.add_checkpoint(body)
    except Refused as refusal:
        return {"status": refusal.status, "body": refusal.body}
    return {"status": HTTPStatus.OK, "body": line}


def status(signer: Signer) -> Answer:
    """What a health page wants to know; times are microseconds of Unix time."""
    return {
        **signer.state.counts(),
        "refused": signer.state.refusals(),
        "accepted": signer.state.acceptances(),
    }


def _told(found: str | Refusal) -> Any:
    if isinstance(found, Refusal):
        return {"refused": found.why, "kind": found.kind}
    return found


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return _checked(orjson.loads(line))
    except orjson.JSONDecodeError as error:
        return {"wrong": f"not a request: {error}"}


def _checked(request: object) -> dict[str, Any]:
    """The request as it is answered; the answer to it when it is none."""
    found = request if isinstance(request, dict) else {}
    read = REQUESTS.get(str(found.get("do")), _nothing)
    try:
        return read(found)
    except Wrong as error:
        return {"wrong": f"not a request: {error}"}


def _act(act: Callable[..., Answer], *values: object) -> dict[str, Any]:
    return {"act": lambda signer: act(signer, *values)}


def _of_tree(act: Callable[..., Answer], asked: Asked) -> dict[str, Any]:
    return {"trees": [asked], **_act(act, asked)}


REQUESTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "sign": lambda request: {"trees": _trees(request.get("trees"))},
    "open": lambda request: _act(_open, _origin(request.get("origin"))),
    "receipt": lambda request: _of_tree(_receipt, _tree(request.get("tree"))),
    "ml-dsa": lambda request: _of_tree(_ml_dsa, _tree(request.get("tree"))),
    "ml-dsa-key": lambda request: _act(_ml_dsa_key, _origin(request.get("origin"))),
    "pending": lambda _request: _act(
        lambda signer: {"pending": rotating.pending(signer)}
    ),
    "hand_over": lambda request: _act(
        _hand_over, _origin(request.get("origin")), _size(request.get("size"))
    ),
    "cosign": lambda request: _act(_cosign, _body(request.get("body"))),
    "witness": lambda _request: _act(lambda signer: {"vkey": signer.witness.vkey()}),
    "status": lambda _request: _act(status),
}


def _nothing(_request: dict[str, Any]) -> dict[str, Any]:
    raise Wrong("it does not say what to do")


def _body(found: object) -> bytes:
    try:
        return b64decode(str(found), validate=True)
    except ValueError as error:
        raise Wrong("a body is written in base64") from error


def _trees(found: object) -> list[Asked]:
    if not isinstance(found, list) or not 0 < len(found) <= MOST_TREES:
        raise Wrong(f"from 1 to {MOST_TREES} trees are signed at once")
    return [_tree(each) for each in found]


def _tree(found: object) -> Asked:
    if not isinstance(found, list) or len(found) != 3:
        raise Wrong("a tree is an origin, a size and a root")
    origin, size, root = found
    try:
        digest = bytes.fromhex(root)
    except (TypeError, ValueError) as error:
        raise Wrong("a root is written in hexadecimal") from error
    if len(digest) != HASH_SIZE:
        raise Wrong(f"a root has {HASH_SIZE} bytes")
    return Asked(_origin(origin), _size(size), digest)


def _size(found: object) -> int:
    # Not a subclass: true is no size.
    if type(found) is not int or not 0 <= found < MOST_SIZE:
        raise Wrong("a size is a number that is not negative")
    return found


def _origin(found: object) -> str:
    if not isinstance(found, str) or not 0 < len(found.encode()) <= MOST_ORIGIN:
        raise Wrong(f"an origin is a text of 1 to {MOST_ORIGIN} bytes")
    if IN_NO_ORIGIN.search(found):
        raise Wrong("an origin has neither spaces nor '+'")
    return found
