"""The signer's process: who holds the logs' keys, and how the others reach it."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from audits.signer.client import Client, SignerAway
from governance.stack.configuration import ROOT, SIGNER_LOGIN, Configuration
from governance.stack.folders import private_folder, socket_folder
from governance.stack.process import Program

SETTING = "LOG_MASTER_SECRET"
GIVEN = {SETTING, f"{SETTING}_FILE", "LOG_HOST", "WITNESS_FOR", "WITNESS_NAME", "PATH"}
# Until there was a signer, all processes read this file and signed for themselves.
OLDER = "log-master-secret"


@dataclass(frozen=True)
class SignerProcess:
    """The signer of one installation; its folder belongs to no backup."""

    folder: Path
    sockets: Path
    older: Path
    accept: bool
    given: Mapping[str, str]

    @classmethod
    def prepare(cls, configuration: Configuration) -> Self:
        """Make what is missing; keys it makes itself, or takes from before."""
        given = {
            name: value
            for name, value in configuration.inherited.items()
            if name in GIVEN and value
        }
        older = configuration.secrets / OLDER
        if older.exists() and SETTING not in given:
            given.setdefault(f"{SETTING}_FILE", str(older))
        return cls(
            private_folder(configuration.var_dir / "signer"),
            socket_folder(configuration.var_dir / "signer-socket", owner=None),
            older,
            configuration.accept_new_state or older.exists(),
            given,
        )

    @property
    def socket(self) -> Path:
        return self.sockets / "signer.sock"

    def program(self, addresses: Mapping[str, str]) -> Program:
        """Return its command; it gets its own login, or the application's without one.

        SECURITY: of all secrets it gets that login and its own.
        """
        login = SIGNER_LOGIN if SIGNER_LOGIN in addresses else "DATABASE_URL"
        arguments = ["--folder", str(self.folder), "--socket", str(self.socket)]
        if self.accept:
            arguments.append("--accept-new-state")
        return Program(
            name="signer",
            arguments=(sys.executable, "-m", "audits.signer", *arguments),
            folder=ROOT,
            environment={
                **self.given,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                login: addresses[login],
            },
        )

    def is_ready(self) -> bool:
        """Say whether it answers; once it does, the older secret is its alone."""
        try:
            Client(str(self.socket)).ask({"do": "status"})
        except SignerAway:
            return False
        self.older.unlink(missing_ok=True)
        return True

    def remove_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)
