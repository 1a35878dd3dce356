"""`python -m audits.signer --folder FOLDER --socket PATH`: the process that signs.

`python -m audits.signer rotate --folder FOLDER …` has logs get new keys.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from audits.signer import rotate
from audits.signer.keys import MASTER, KeyRefused, Keys, check_folder, write_key
from audits.signer.login import ADVICE, Login, LoginRefused, given, refuse_writer
from audits.signer.protocol import answer_all
from audits.signer.reading import Entries, Raw, own_connection
from audits.signer.server import Server
from audits.signer.signing import Signer
from audits.signer.state import Refusal, State
from audits.signer.taking_over import StateLost
from audits.signer.witnessing import Configured, Witness, logs_of
from audits.tlog.hashing import ProofInvalid

EX_CONFIG = 78  # of sysexits.h
PAUSE = 1.0  # seconds before the database is tried again


def main(arguments: list[str]) -> int:
    """Return the exit status: 78 when it refuses to start, saying why."""
    if arguments[:1] == ["rotate"]:
        return rotate.main(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="python -m audits.signer", description=__doc__
    )
    parser.add_argument("--folder", type=Path, required=True, help="keys and state")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument(
        "--accept-new-state",
        action="store_true",
        help="go on from the newest saved checkpoints; it is recorded",
    )
    found = parser.parse_args(arguments)
    try:
        login = given(os.environ)
        _serve(found.folder, found.socket, login, accept=found.accept_new_state)
    except (KeyRefused, LoginRefused, ProofInvalid, StateLost) as refusal:
        print(refusal, file=sys.stderr)
        return EX_CONFIG
    return 0


def _serve(folder: Path, path: Path, login: Login, *, accept: bool) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder)
    keys, state = _keys(folder), State(folder)
    configured = _configured()
    witness = Witness(keys, state, lambda: configured)
    connect = own_connection(login.url)
    signer = Signer(keys, state, Entries(connect), witness, tell=_say_refusal)
    if not login.is_own:
        _say("login_is_the_application's", level="warning", do=ADVICE)
    _look_back(signer, login, connect, accept=accept)
    server = Server(path, lambda lines: answer_all(signer, lines))
    signal.signal(signal.SIGTERM, lambda _number, _frame: server.stop())
    signal.signal(signal.SIGINT, lambda _number, _frame: server.stop())
    _say("listening", **signer.state.counts())
    server.run()


def _keys(folder: Path) -> Keys:
    """The keys of the folder; made on a first start, or out of an older secret."""
    path = folder / MASTER
    if not path.exists():
        write_key(path, _older_secret() or os.urandom(48).hex().encode())
        _say("key_made", path=str(path))
    return Keys(folder)


def _older_secret() -> bytes:
    """The secret of an installation whose web process still signed."""
    path = os.environ.get("LOG_MASTER_SECRET_FILE")
    text = Path(path).read_bytes() if path else b""
    return text.strip() or os.environ.get("LOG_MASTER_SECRET", "").encode()


def _configured() -> Configured:
    """Whom we cosign: the same settings that the web reads, read by ourselves.

    SECURITY: who took the web over gets no cosignature of a log that is not ours to
    witness, nor of one that its own log did not sign.
    """
    host = os.environ.get("LOG_HOST") or "probatum.localhost"
    texts = os.environ.get("WITNESS_FOR", "").split(",")
    return Configured(
        os.environ.get("WITNESS_NAME") or f"{host}/witness",
        logs_of(text.strip() for text in texts if text.strip()),
    )


def _look_back(
    signer: Signer, login: Login, connect: Callable[[], Raw], *, accept: bool
) -> None:
    while True:
        try:
            if login.is_own:
                refuse_writer(connect())
            if accept:
                _say("new_state_accepted", logs=signer.accept_new_state())
            signer.refuse_lost_state()
        except psycopg.OperationalError as error:
            # ORDER: nothing is signed before the past was looked at.
            _say("database_does_not_answer", why=str(error).strip())
            time.sleep(PAUSE)
        except psycopg.errors.InsufficientPrivilege as error:
            raise LoginRefused(
                f"The login of {login.variable} may not read what the signer hashes "
                f"again: {error}. {ADVICE}"
            ) from error
        else:
            return


def _say_refusal(refusal: Refusal) -> None:
    _say("refused", log=refusal.origin, kind=refusal.kind, why=refusal.why)


def _say(event: str, **more: object) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = {"event": event, "logger": "audits.signer", **more, "timestamp": at}
    print(json.dumps(line), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
