"""Our Ed25519 verification against the RFC and against another library."""

import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from audits.tlog.ed25519 import L, P, is_public_key, verify

RFC8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]

SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def library_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), RFC8032)
def test_the_examples_of_the_rfc_hold(
    public: str, message: str, signature: str
) -> None:
    parts = [bytes.fromhex(text) for text in (public, message, signature)]
    assert is_public_key(parts[0])
    assert verify(*parts)
    assert not verify(parts[0], parts[1] + b"x", parts[2])


def test_we_agree_with_another_library_on_good_and_bent_signatures() -> None:
    dice = random.Random(8032)
    for _ in range(40):
        key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), dice.randbytes(40)
        signature = key.sign(message)
        assert verify(public, message, signature)
        bent = bytearray(signature)
        bent[dice.randrange(64)] ^= 1 << dice.randrange(8)
        other = bytearray(public)
        other[dice.randrange(32)] ^= 1 << dice.randrange(8)
        for case in (
            (public, message, bytes(bent)),
            (bytes(other), message, signature),
        ):
            assert verify(*case) is library_says(*case) is False


def test_a_signature_has_one_encoding() -> None:
    public, message, signature = (bytes.fromhex(text) for text in RFC8032[1])
    s = int.from_bytes(signature[32:], "little")
    again = signature[:32] + (s + L).to_bytes(32, "little")
    assert not verify(public, message, again)
    assert not verify(public, message, signature + b"\x00")
    assert not verify(public, message, signature[:-1])


@pytest.mark.parametrize("text", SMALL_ORDER)
def test_a_key_of_small_order_vouches_for_nothing(text: str) -> None:
    public = bytes.fromhex(text)
    # With the identity as key, R = s*B "signs" every message.
    forged = bytes.fromhex("01" + "00" * 31) + bytes(32)
    assert not is_public_key(public)
    assert not any(verify(public, bytes([n]), forged) for n in range(16))


@pytest.mark.parametrize(
    "public",
    [
        (P + 3).to_bytes(32, "little"),
        P.to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        b"\xff" * 32,
        b"",
        bytes(31),
    ],
)
def test_bytes_that_are_no_canonical_point_are_no_key(public: bytes) -> None:
    assert not is_public_key(public)
    assert not verify(public, b"", bytes(64))
