"""What the operator asked for, read once from the environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from governance.stack.errors import StackError

ROOT = Path(__file__).resolve().parent.parent.parent
HIGHEST_PORT = 65_535
DJANGO_SECRETS = ("SECRET_KEY", "IDEMPOTENCY_SECRET", "PAYLOAD_KEK")
# SECURITY: what the signer alone may know.
SIGNER_LOGIN = "SIGNER_DATABASE_URL"
SIGNER_SECRETS = frozenset({"LOG_MASTER_SECRET", "LOG_MASTER_SECRET_FILE"})


@dataclass(frozen=True)
class Configuration:
    """Where to run and what to bring along; empty URLs mean the embedded servers."""

    var_dir: Path
    port: int
    base_url: str
    database_url: str
    owner_url: str
    signer_url: str
    broker_url: str
    sample: bool
    # SAMPLE=1 was said, and is not the default: also beside what is there already.
    sample_anyway: bool
    # Somebody else's signer; empty means one of our own.
    signer_socket: str
    accept_new_state: bool
    inherited: Mapping[str, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        port = _port(environment.get("PORT") or "8000")
        database_url = environment.get("DATABASE_URL", "")
        sample = environment.get("SAMPLE") or ("0" if database_url else "1")
        if sample not in ("0", "1"):
            raise StackError(f"SAMPLE={sample!r} is neither 0 nor 1.")
        return cls(
            var_dir=Path(environment.get("VAR_DIR") or ROOT / "var").resolve(),
            port=port,
            base_url=environment.get("BASE_URL") or f"http://127.0.0.1:{port}",
            database_url=database_url,
            owner_url=environment.get("DATABASE_OWNER_URL", ""),
            signer_url=environment.get(SIGNER_LOGIN, ""),
            broker_url=environment.get("BROKER_URL", ""),
            sample=sample == "1",
            sample_anyway=environment.get("SAMPLE") == "1",
            signer_socket=environment.get("SIGNER_SOCKET", ""),
            accept_new_state=environment.get("ACCEPT_NEW_STATE") == "1",
            inherited=dict(environment),
        )

    @property
    def secrets(self) -> Path:
        return self.var_dir / "secrets"

    def missing_secrets(self) -> list[str]:
        """Return the secrets that nobody set and that we keep ourselves."""
        return [
            name
            for name in DJANGO_SECRETS
            if not self.inherited.get(name) and not self.inherited.get(f"{name}_FILE")
        ]

    def child_environment(self, found: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the product's own processes.

        `found` are the addresses of the servers, embedded or not.
        """
        return {
            "DJANGO_SETTINGS_MODULE": "governance.settings.local",
            **{
                name: value
                for name, value in self.inherited.items()
                if name not in SIGNER_SECRETS
            },
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            # Child programs such as `celery` come from our own environment.
            "PATH": f"{Path(sys.executable).parent}:{self.inherited.get('PATH', '')}",
            "VAR_DIR": str(self.var_dir),
            **found,
        }


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise StackError(
            f"PORT={text!r} is not a port. Use a number from 1 to {HIGHEST_PORT}."
        )
    return int(text)
