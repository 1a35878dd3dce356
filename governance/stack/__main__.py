"""`python -m governance.stack up`."""

import signal
import sys

from governance.stack.configuration import Configuration
from governance.stack.errors import StackError
from governance.stack.log_files import Terminal
from governance.stack.up import up

USAGE = """\
usage: python -m governance.stack up

Starts database, broker, web server, worker and scheduler until Ctrl-C. Reads PORT,
VAR_DIR, DATABASE_URL, DATABASE_OWNER_URL, SIGNER_DATABASE_URL, BROKER_URL, BASE_URL
and SAMPLE.
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 after a requested end, 1 after a failure."""
    if arguments != ["up"]:
        print(USAGE, file=sys.stderr, end="")
        return 0 if arguments in (["-h"], ["--help"]) else 2
    terminal = Terminal()
    # Until the supervisor listens to signals itself, both mean: stop at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        up(Configuration.from_environment(), terminal)
    except StackError as error:
        terminal.say(f"\nProbatum stops: {error}")
        return 1
    except KeyboardInterrupt:
        terminal.say("Stopped before anything was started.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
