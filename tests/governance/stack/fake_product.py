"""Runs the real supervisor, database and broker under a product of tiny programs.

Started by the tests as a process of its own: `python fake_product.py`.
"""

import errno
import os
import signal
import sys
from pathlib import Path

from governance.stack.configuration import Configuration
from governance.stack.errors import StackError
from governance.stack.log_files import Terminal
from governance.stack.process import Program
from governance.stack.product import Product
from governance.stack.up import up

WEB = """
import http.server, os
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Health).serve_forever()
"""
# Like a pool of workers: a child of its own, and neither ends when asked nicely.
WORKER = """
import os, signal, sys
from pathlib import Path
if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    Path(os.environ["VAR_DIR"], "worker.pids").write_text(f"{os.getpid()} {child}")
signal.pause()
"""
BEAT = """
import os, signal, sys
if os.environ.get("BEAT_FAILS"):
    sys.exit("beat: no such schedule")
signal.pause()
"""
MANAGE = """
import json, os, sys
from pathlib import Path
print("did", *sys.argv[1:])
if "prepare" not in sys.argv and "DATABASE_OWNER_URL" in os.environ:
    sys.exit("this command has no business with the owner's login")
if "load" in sys.argv:
    Path(os.environ["VAR_DIR"], "secrets", "sample.json").write_text(json.dumps({
        "users": [{"email": "alice@sample.example", "password": "a password",
                   "role": "risk_officer", "organisation": "Sample"}],
        "api_key": "abc.def", "dossier": "/a/dossier.pdf",
        "logs": [{"system": "Credit", "origin": "h/o/s", "vkey": "h+1+x"}]}))
"""


class FakeProduct(Product):
    """The product's commands, played by a few lines each."""

    def manage(self, *arguments: str) -> Program:
        return self._script(arguments[0], MANAGE, *arguments)

    def nobody_can_sign_in(self) -> bool:
        if os.environ.get("DISK_FULL"):
            # As the next file that is written would say.
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return True

    def webs(self) -> list[Program]:
        return [self._script("web", WEB)]

    def worker(self) -> Program:
        return self._script("worker", WORKER)

    def soon(self) -> Program:
        return self._script("soon", "import signal; signal.pause()")

    def beat(self) -> Program:
        return self._script("beat", BEAT)

    def _script(self, name: str, script: str, *arguments: str) -> Program:
        return Program(
            name,
            (sys.executable, "-c", script, *arguments),
            Path("/"),
            self._program(name).environment,
        )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        up(Configuration.from_environment(), Terminal(), FakeProduct)
    except StackError as error:
        print(f"Probatum stops: {error}", flush=True)
        os._exit(1)
