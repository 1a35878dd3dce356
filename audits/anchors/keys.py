"""The keys of other parties that the operator configured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audits.signer.witnessing import logs_of, typed_key
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import COSIGNATURE, Verifier


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who cosigns our meta-log: where to ask, and the key of the answer."""

    url: str
    key: Verifier


@dataclass(frozen=True, slots=True)
class Authority:
    """Who time-stamps our meta-log: where to ask, and whom the answer must lead to."""

    url: str
    roots: tuple[Certificate, ...]


def witnessed_logs() -> Mapping[str, Sequence[Verifier]]:
    """The keys of each log that we are a witness for, by origin."""
    return _logs(tuple(settings.WITNESS_FOR))


def witnesses() -> Sequence[Witness]:
    """Whom the meta-log asks for cosignatures."""
    return _witnesses(tuple(settings.WITNESSES))


def time_stamper() -> Authority | None:
    """Who time-stamps the meta-log; None when nobody is asked."""
    return _authority(settings.TSA_URL, tuple(settings.TSA_ROOTS))


@cache
def _authority(url: str, files: tuple[str, ...]) -> Authority | None:
    if not url and not files:
        return None
    if not (_is_web(url) and files):
        raise ImproperlyConfigured(
            "TSA_URL and TSA_ROOTS belong together: an address that begins with http, "
            "and the PEM files of the roots, separated by commas."
        )
    roots: dict[Certificate, None] = {}
    for file in files:
        try:
            roots.update(
                dict.fromkeys(load_pem_x509_certificates(Path(file).read_bytes()))
            )
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"TSA_ROOTS: {file}: {error}") from error
    return Authority(url, tuple(roots))


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@cache
def _logs(texts: tuple[str, ...]) -> Mapping[str, Sequence[Verifier]]:
    try:
        return logs_of(texts)
    except ProofInvalid as error:
        raise ImproperlyConfigured(f"WITNESS_FOR: {error}") from error


@cache
def _witnesses(texts: tuple[str, ...]) -> Sequence[Witness]:
    found = []
    for text in texts:
        url, _, vkey = text.partition(" ")
        if not _is_web(url):
            raise ImproperlyConfigured(
                f"WITNESSES lists `URL VKEY`, separated by commas, not {text!r}."
            )
        try:
            key = typed_key(vkey, COSIGNATURE)
        except ProofInvalid as error:
            raise ImproperlyConfigured(f"WITNESSES: {error}") from error
        if key.name == settings.WITNESS_NAME:
            raise ImproperlyConfigured(
                f"WITNESSES: {key.name} is this installation, no witness of it."
            )
        found.append(Witness(url.rstrip("/"), key))
    return found
