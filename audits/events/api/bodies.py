"""The body of a request, unpacked, within the one limit that there is."""

import sys
import zlib
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from audits.events.api.problems import Problem, too_big

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

GZIP = 16 + zlib.MAX_WBITS  # a gzip header is expected, a bare zlib stream is not
# LIMIT: RFC 9659 lets no sender ask for a longer window than 8 MB of memory.
ZSTD: dict[int, int] = {DecompressionParameter.window_log_max: 23}


class NotUnpacked(Exception):
    """The packed body ends early, goes on after its end, or is something else."""


def read_body(request: HttpRequest) -> bytes:
    """The body, within the limit; Problem 413, 415, 411 or 400 otherwise.

    SECURITY: the limit holds for what comes out, and unpacking stops there, so that
    a few bytes that stand for gigabytes cost no more than an honest request.
    """
    limit = settings.EVENTS_MAX_BYTES
    packing = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    unpack = _UNPACK.get(packing)
    if unpack is None:
        raise Problem(
            415,
            _("The body is encoded as %(encoding)s. Send it as it is, or as gzip or "
              "zstd.") % {"encoding": packing[:40]},
            headers={"Accept-Encoding": "gzip, zstd"},
        )  # fmt: skip
    body = _sent(request, limit)
    try:
        body = unpack(body, limit + 1)
    except (NotUnpacked, zlib.error, ZstdError) as error:
        raise Problem(
            400,
            _("The body is not what its Content-Encoding (%(encoding)s) says: %(why)s")
            % {"encoding": packing, "why": error},
        ) from error
    if len(body) > limit:
        raise too_big(limit)
    return body


def _sent(request: HttpRequest, limit: int) -> bytes:
    """The bytes as they came."""
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get(
        "CONTENT_LENGTH"
    ):
        raise Problem(
            411,
            _("Say how long the body is (Content-Length); it is not read in chunks."),
        )
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise too_big(limit)
        return request.body
    except (RequestDataTooBig, ValueError) as error:
        raise too_big(limit) from error
    except UnreadablePostError as error:
        raise Problem(400, _("The body ended early; nothing was stored.")) from error


def _as_it_is(body: bytes, _most: int) -> bytes:
    return body


def _gunzip(body: bytes, most: int) -> bytes:
    stream = zlib.decompressobj(GZIP)
    found = stream.decompress(body, most)
    return _whole(found, most, ended=stream.eof, rest=stream.unused_data)


def _unzstd(body: bytes, most: int) -> bytes:
    stream = ZstdDecompressor(options=ZSTD)
    found = stream.decompress(body, max_length=most)
    return _whole(found, most, ended=stream.eof, rest=stream.unused_data)


def _whole(found: bytes, most: int, *, ended: bool, rest: bytes) -> bytes:
    if len(found) < most and not ended:
        raise NotUnpacked(_("it ends early."))
    if rest:
        raise NotUnpacked(_("it goes on after its end."))
    return found


_UNPACK: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": _as_it_is,
    "gzip": _gunzip,
    "zstd": _unzstd,
}
