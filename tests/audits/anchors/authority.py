"""A time-stamping authority on loopback: `openssl ts`, and what a hostile one sends."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Reply = Callable[[bytes], tuple[int, bytes]]
NAME = "Test TSA on loopback"
NOW = datetime.now(UTC).replace(microsecond=0)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass(frozen=True)
class Authority:
    """The keys of one, and the folder in which openssl works for it."""

    folder: Path
    ca_key: RSAPrivateKey
    key: RSAPrivateKey
    serial: int = 4711

    @classmethod
    def make(cls, folder: Path) -> "Authority":
        made = cls(folder, *(generate_private_key(65537, 2048) for _ in range(2)))
        folder.mkdir()
        root = made._sign(_named("Test root"), made.ca_key, ca=True)
        (folder / "ca.pem").write_bytes(root.public_bytes(Encoding.PEM))
        secret = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(made.key.private_bytes(*secret))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa=tsa1\n[tsa1]\n"
            f"serial={folder}/serial\nsigner_digest=sha256\n"
            "default_policy=1.3.6.1.4.1.99999.1\ndigests=sha256\naccuracy=secs:1\n"
            "tsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
        )
        return made

    def certificate(
        self, days: int = 30, usage: x509.ObjectIdentifier | None = None
    ) -> x509.Certificate:
        """The authority's; with less than no days it has ended."""
        use = usage or ExtendedKeyUsageOID.TIME_STAMPING
        return self._sign(_named(NAME), self.key, days=days, usage=use)

    def _sign(
        self,
        name: x509.Name,
        key: RSAPrivateKey,
        *,
        ca: bool = False,
        days: int = 30,
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        build = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(_named("Test root"))
            .public_key(key.public_key())
            .serial_number(1 if ca else self.serial)
            .not_valid_before(NOW - timedelta(days=60))
            .not_valid_after(NOW + timedelta(days=days))
            .add_extension(
                x509.BasicConstraints(ca=ca, path_length=None), critical=True
            )
        )
        signs = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        build = build.add_extension(
            x509.KeyUsage(
                digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **signs
            ),
            critical=True,
        )
        for public, kind in (
            (key.public_key(), x509.SubjectKeyIdentifier.from_public_key),
            (
                self.ca_key.public_key(),
                x509.AuthorityKeyIdentifier.from_issuer_public_key,
            ),
        ):
            build = build.add_extension(kind(public), critical=False)
        if usage:
            build = build.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return build.sign(self.ca_key, SHA256())

    @property
    def roots(self) -> str:
        return str(self.folder / "ca.pem")

    def stamp(self, query: bytes, days: int = 30) -> bytes:
        """What openssl replies to the query."""
        signer = self.folder / "tsa.pem"
        signer.write_bytes(self.certificate(days).public_bytes(Encoding.PEM))
        asked = self.folder / "query.tsq"
        asked.write_bytes(query)
        made = self.folder / "reply.tsr"
        subprocess.run(
            ["openssl", "ts", "-reply", "-queryfile", asked, "-config",
             self.folder / "tsa.cnf", "-inkey", self.folder / "tsa.key",
             "-signer", signer, "-out", made],
            check=True, capture_output=True,
        )  # fmt: skip
        return made.read_bytes()

    def good(self, query: bytes) -> tuple[int, bytes]:
        return 200, self.stamp(query)

    def signed_again(self, reply: bytes, *changes: tuple[bytes, bytes]) -> bytes:
        """The reply with bytes exchanged for as many others, and signed as such."""
        before = _attributes(reply)
        for old, new in changes:
            assert len(old) == len(new)
            assert old in reply
            reply = reply.replace(old, new)
        for signed, is_new in ((before, False), (_attributes(reply), True)):
            value = self.key.sign(signed, PKCS1v15(), SHA256())
            if not is_new:
                at = reply.index(value)
        return reply[:at] + value + reply[at + len(value) :]

    def with_usage(self, query: bytes, usage: x509.ObjectIdentifier) -> bytes:
        """A reply by a certificate of ours that is for something else."""
        ours = self.certificate().public_bytes(Encoding.DER)
        other = self.certificate(usage=usage).public_bytes(Encoding.DER)
        digests = sha256(ours).digest(), sha256(other).digest()
        return self.signed_again(self.stamp(query), (ours, other), digests)


def _attributes(reply: bytes) -> bytes:
    """The signed attributes, as they are signed: a SET."""
    start = reply.rindex(bytes.fromhex("301a06092a864886f70d010903"))
    # What precedes the first attribute, of the content type: its tag and length.
    head = start - 3 if reply[start - 2] == 0x81 else start - 4
    assert reply[head] == 0xA0
    size = int.from_bytes(reply[start - (1 if start - head == 3 else 2) : start], "big")
    return b"\x31" + reply[head + 1 : start + size]


@contextmanager
def serving(*replies: Reply) -> Iterator[tuple[str, list[bytes]]]:
    """An address that gives these replies in turn; yields also the queries it got."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = replies[min(len(asked), len(replies)) - 1](asked[-1])
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_line: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
