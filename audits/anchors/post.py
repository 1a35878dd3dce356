"""One bounded POST to another party, whose answer is hostile until it was checked.

Answers are read up to a size, within a time, and from no other address than ours.
"""

import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

TIMEOUT = 10.0  # seconds for one step of a connection
WHOLE = 20.0  # seconds for all of an answer, however slowly it drips


class NoAnswer(Exception):
    """There was no whole answer within the bounds; says why."""


def post(url: str, body: bytes, kind: str, *, most: int) -> tuple[int, bytes]:
    """Send the body; returns the status and at most so many bytes of the answer."""
    parts = urlsplit(url)
    opened = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = opened(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection.connect()
        # However slowly an answer drips: after this it has ended.
        hang_up = Timer(WHOLE, connection.sock.shutdown, [socket.SHUT_RDWR])
        hang_up.start()
        try:
            # A redirect is an answer like any other: nobody is led elsewhere.
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            data = answer.read(most + 1)
        finally:
            hang_up.cancel()
    except (OSError, HTTPException) as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if len(data) > most:
        raise NoAnswer(f"its answer has more than {most} bytes")
    return answer.status, data
