"""The contents as bytes and back: sorted keys, so that one value has one JSON."""

import msgspec

from governance.dossiers.contents.values import FORMAT, DossierContents


def freeze(contents: DossierContents) -> bytes:
    """The contents as JSON: keys in order, instants in UTC, one line per value."""
    plain = msgspec.json.encode(contents, order="sorted")
    return msgspec.json.format(plain, indent=1) + b"\n"


def thaw(frozen: bytes) -> DossierContents:
    """Read what `freeze` wrote; ValueError for anything else."""
    contents = msgspec.json.decode(frozen, type=DossierContents)
    if contents.format != FORMAT:
        raise ValueError(f"not the contents of a dossier: {contents.format[:80]!r}")
    return contents
