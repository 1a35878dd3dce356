"""The product as processes, with a database of its own, on free ports."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from governance.stack.testing import Server, embedded_postgres, free_port, signer

ROOT = Path(__file__).resolve().parents[2]
# What a bare view is served by: the quickest server for WSGI that we know of.
BARE = [
    "granian", "tests.benchmarks.bare:application", "--interface", "wsgi",
    "--workers", "1", "--blocking-threads", "16", "--no-ws", "--log-level", "error",
]  # fmt: skip
PRODUCT = ["governance.stack.web"]
SERVERS = 2  # one for each core, as the product starts them
PASSWORD = "a long pass phrase for the bench"


@dataclass
class Stage:
    """What a benchmark drives: addresses, keys and a signed-in cookie."""

    server: Server
    environment: dict[str, str]
    port: int
    folder: Path
    keys: list[str] = field(default_factory=list)
    vkeys: list[str] = field(default_factory=list)
    system: str = ""
    webs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def app_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def url(self) -> str:
        return self.environment["BASE_URL"]

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip


@contextmanager
def stage(*, durable: bool = True) -> Iterator[Stage]:
    """Start database, product and web server; make one organisation with systems."""
    with installation(durable=durable) as found, served(found):
        yield found


@contextmanager
def installation(*, durable: bool = True) -> Iterator[Stage]:
    """Start the database and make what the product needs; no web server yet."""
    with tempfile.TemporaryDirectory(prefix="probatum-bench-") as name:
        folder = Path(name)
        with (
            embedded_postgres(folder / "stack", durable=durable) as server,
            ExitStack() as started,
        ):
            server.create_database("bench")
            port = free_port()
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "governance.settings.test",
                "DATABASE_URL": server.app_url("bench"),
                "DATABASE_OWNER_URL": server.owner_url("bench"),
                "SIGNER_DATABASE_URL": server.signer_url("bench"),
                "BASE_URL": f"http://127.0.0.1:{port}",
                "VAR_DIR": str(folder / "var"),
            }
            found = Stage(server, environment, port, folder)
            found.manage("prepare")
            login = environment.pop("SIGNER_DATABASE_URL")
            process = signer(folder / "stack", "", SIGNER_DATABASE_URL=login)
            environment["TEST_SIGNER_SOCKET"] = str(started.enter_context(process))
            made = json.loads(
                subprocess.run(
                    [sys.executable, "-m", "tests.benchmarks.world"],
                    cwd=ROOT, env=environment, check=True, text=True,
                    stdout=subprocess.PIPE,
                ).stdout.splitlines()[-1]
            )  # fmt: skip
            found.keys, found.system = made["keys"], made["system"]
            found.vkeys = made["vkeys"]
            yield found


@contextmanager
def served(found: Stage) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The product's web servers on the stage's port, until the block ends."""
    with web(PRODUCT, found.port, found.environment) as servers:
        found.webs = servers
        yield servers


@contextmanager
def web(
    module: list[str], port: int, environment: dict[str, str]
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A server of this module for each core, until the block ends."""
    said = Path(environment["VAR_DIR"]).with_name("web.log")
    with said.open("ab") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", *module, "--host", "127.0.0.1",
                 "--port", str(port)],
                cwd=ROOT, env=environment, start_new_session=True,
                stdout=log, stderr=log,
            )
            for _ in range(SERVERS)
        ]  # fmt: skip
    try:
        for process in processes:
            _until_it_answers(port, process)
        _until_all_listen(port)
        yield processes
    except BaseException:
        print(said.read_text(errors="replace")[-4000:], file=sys.stderr)
        raise
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


def _until_all_listen(port: int) -> None:
    """Wait until each server has a socket of its own on the port."""
    deadline = time.monotonic() + 60
    while _listeners(port) < SERVERS:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{_listeners(port)} of {SERVERS} servers listen")
        time.sleep(0.05)


def _listeners(port: int) -> int:
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [row.split() for row in rows]
    return sum(f[1].endswith(f":{port:04X}") and f[3] == "0A" for f in fields)


def _until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended with {process.returncode}")
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the web server did not answer within 60 s")


def signed_in_cookie(found: Stage) -> str:
    """Sign in through the form, as a person does; returns the Cookie header."""
    connection = HTTPConnection("127.0.0.1", found.port, timeout=30)
    connection.request("GET", "/sign-in/")
    response = connection.getresponse()
    page = response.read().decode()
    cookies = _cookies(response.getheader("Set-Cookie") or "", {})
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = urlencode(
        {
            "csrfmiddlewaretoken": token,
            "username": "bench@example.org",
            "password": PASSWORD,
        }
    )
    connection.request("POST", "/sign-in/", body, {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": _header(cookies),
        "Referer": f"http://127.0.0.1:{found.port}/sign-in/",
    })  # fmt: skip
    response = connection.getresponse()
    response.read()
    for value in response.headers.get_all("Set-Cookie") or []:
        cookies = _cookies(value, cookies)
    if response.status != 302:
        raise RuntimeError(f"signing in answered {response.status}")
    return _header(cookies)


def _cookies(header: str, known: dict[str, str]) -> dict[str, str]:
    name, _, value = header.partition(";")[0].partition("=")
    return {**known, name.strip(): value.strip()} if name else known


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
