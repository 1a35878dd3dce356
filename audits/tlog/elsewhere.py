"""What is not checked here, because it needs more than Python's standard library.

Such a check is reported as "not checked here", with the program that makes it, and
never as one that holds.
"""

from shlex import quote

from audits.tlog.note import Signature

ML_DSA_44_COSIGNATURE = 8 + 2420
"""Bytes of an ML-DSA-44 cosignature: a time and the signature."""

KEYS = {
    "ML-DSA-44": "tlog-scales (PyPI) checks it",
    "ECDSA": "openssl dgst -sha256 -verify checks it",
}
STAMP = "openssl ts -verify -in {} -data {} -CAfile CA.pem checks it"
FILES = {
    ".tsr": STAMP.format("{name}", "checkpoint"),
    ".cose": "verify {name} --entry ENTRY checks it, as does scitt-cose (PyPI)",
    ".cbor": "verify {name} --entry ENTRY checks it, as does scitt-cose (PyPI)",
}
WHAT = {
    ".tsr": "an RFC 3161 time stamp",
    ".cose": "a COSE receipt",
    ".cbor": "a COSE receipt",
}


def key_needs(kind: str) -> str:
    """Return what a key of this kind needs, and the program that has it."""
    tool = KEYS.get(kind, "a program for such keys checks it")
    return f"{kind} needs more than the standard library: {tool}"


def signature_needs(signature: Signature) -> str:
    """Return why nothing is said of a signature whose key was not given."""
    if len(signature.value) == ML_DSA_44_COSIGNATURE:
        return f"by its length an {key_needs('ML-DSA-44')}"
    return "no key for it was given"


def stamp_needs(files: tuple[str, str] | None) -> str:
    """Return what checks a time stamp's signer; CA.pem has the root that you trust."""
    if files is None:
        return "--unpack FOLDER writes the two files, and says how openssl checks them"
    return STAMP.format(*map(quote, files))


def file_needs(name: str) -> str | None:
    """Return what a file that lies beside a log needs; None for another file."""
    suffix = name[name.rfind(".") :] if "." in name else ""
    if suffix not in FILES:
        return None
    return f"{name}, {WHAT[suffix]}: {FILES[suffix].format(name=name)}"
