"""Sealing what the leaves commit to."""

from collections.abc import Mapping

import msgspec

from audits.payloads.encoding import new_labels, seal, seal_by_field
from audits.payloads.keys import Keys


class Sealed(msgspec.Struct, frozen=True, gc=False):
    """Parts ready to store, and the commitments that go into the leaf."""

    key: bytes
    sealed: bytes
    pay: list[dict[str, object]]


NOTHING = Sealed(b"", b"", [])
"""An entry that says all in the clear has no payload."""


def seal_parts(
    keys: Keys,
    parts: Mapping[str, bytes],
    *,
    tag: bytes | None = None,
    by_field: bool = False,
    label: bytes | None = None,
) -> Sealed:
    """Encrypt the parts under the key of a subject's tag, and commit to each.

    Without a tag they are about no person. Raises KeyDestroyed for an erased one.
    `by_field` commits to each field of a part, which can then be disclosed alone.
    Whoever seals many gives each a label of `new_labels`.
    """
    tag = tag or keys.nobodys_tag()
    how = seal_by_field if by_field else seal
    label = label or next(new_labels(1))
    sealed, pay = how(keys.key(tag), keys.origin, parts, label)
    return Sealed(tag, sealed, pay)
