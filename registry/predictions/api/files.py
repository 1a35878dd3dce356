"""`GET /log/<origin>/…`: a log as C2SP tlog-tiles, for those who may read it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

from audits.anchors.selectors import cosigned_note, find_meta_log
from audits.log.models import Head
from audits.log.seal import signed_checkpoint
from audits.log.selectors import Removed, head_checkpoint, read_file, rotation_file
from audits.tlog.encoding import MAX_NUMBER
from audits.tlog.tile import TILE_LEVELS, WIDTH, TileRef, parse_path
from registry.predictions.access import Gone, readable_log
from registry.predictions.api.events import (
    CHOOSE_FORMAT,
    COSE,
    ORIGIN,
    NoPath,
    ReadingView,
    wants_cose,
)
from registry.predictions.contents.event import growth_of
from registry.predictions.render import download

# Who may read a log is asked at each request, so only the reader's own cache keeps it.
FOR_EVER = "private, max-age=31536000, immutable"
NOT_KEPT = "private, no-cache"
ORIGIN_PARAMETER = OpenApiParameter(
    "origin",
    str,
    OpenApiParameter.PATH,
    description="Origin of the log; it holds slashes.",
    examples=[OpenApiExample("A system's log", value=ORIGIN)],
)


class OldSize(Serializer[Any]):
    """The size that a receipt of growth begins at."""

    old = IntegerField(min_value=1, max_value=MAX_NUMBER)

    @classmethod
    def of(cls, request: Request) -> int:
        """The size in the address; ValidationError (400) for none."""
        asked = cls(data=request.GET)
        asked.is_valid(raise_exception=True)
        return int(asked.validated_data["old"])


class CheckpointView(ReadingView):
    @extend_schema(
        operation_id="read_checkpoint",
        tags=["log"],
        summary="The newest signed checkpoint (c2sp.org/tlog-checkpoint)",
        description="With Accept: application/cose (or ?format=cose) and `?old=N` it "
        "is a COSE receipt (RFC 9942) that the log begins with its first N entries, "
        "unchanged; the reader has the roots of both, of checkpoints.",
        parameters=[
            ORIGIN_PARAMETER,
            CHOOSE_FORMAT,
            OpenApiParameter("old", int, description="The size to grow from."),
        ],
        responses={
            (200, "text/plain"): OpenApiTypes.STR,
            (200, COSE): OpenApiTypes.BINARY,
        },
        examples=[
            OpenApiExample(
                "A checkpoint",
                media_type="text/plain",
                response_only=True,
                value=f"{ORIGIN}\n1204332\n"
                "DsS8QGEnuDHgGRBHpdgU1T/cWsUT9PYaFC5f3r9kKIc=\n\n"
                f"— {ORIGIN} Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn…\n",
            )
        ],
    )
    def get(self, request: Request, origin: str) -> HttpResponse:
        if wants_cose(request):
            log = readable_log(request.user, origin)
            receipt = growth_of(log, OldSize.of(request))
            if receipt is None:
                raise NoPath
            return download(receipt, "growth.cose", content_type=COSE)
        return HttpResponse(
            _checkpoint(request, origin),
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": NOT_KEPT},
        )


def _checkpoint(request: Request, origin: str) -> str:
    """The newest checkpoint; the meta-log's as it was saved, with cosignatures."""
    meta = find_meta_log()
    if meta is not None and meta.origin == origin:
        # Size and root of all logs together: nothing of any of them can be read there.
        return cosigned_note(meta) or signed_checkpoint(head_checkpoint(meta))
    return signed_checkpoint(head_checkpoint(readable_log(request.user, origin)))


class RotationsView(ReadingView):
    @extend_schema(
        operation_id="read_rotations",
        tags=["log"],
        summary="How the log's key changed",
        description="The entries by which the log's old key and its new one say that "
        "one follows the other, each with its proof under a checkpoint of the old "
        "key. Whoever knows one key can tell the others. 404: it has had one key.",
        parameters=[ORIGIN_PARAMETER],
        responses={
            (200, "application/json"): {"type": "array", "items": {"type": "object"}}
        },
        examples=[
            OpenApiExample(
                "A key that was changed once",
                response_only=True,
                value=[
                    {
                        "format": "probatum-key-rotation-v1",
                        "entry": "eyJraW5kIjoiYW5jaG9yIiwibG9nIjoi…",
                        "proof": f"c2sp.org/tlog-proof@v1\nindex 497\n…\n\n{ORIGIN}\n…",
                    }
                ],
            )
        ],
    )
    def get(self, request: Request, origin: str) -> HttpResponse:
        meta = find_meta_log()
        is_meta = meta is not None and meta.origin == origin
        log = meta if meta and is_meta else readable_log(request.user, origin)
        found = rotation_file(log)
        if found is None:
            raise Http404(_("The key of this log was never changed."))
        return HttpResponse(
            found,
            content_type="application/json",
            headers={"Cache-Control": NOT_KEPT},
        )


class TileView(ReadingView):
    @extend_schema(
        operation_id="read_tile",
        tags=["log"],
        summary="A hash tile or an entry bundle (c2sp.org/tlog-tiles)",
        description="`<level>/<number>` for 256 hashes, `entries/<number>` for 256 "
        "entries, with `.p/<width>` for the right edge; a number is written in groups "
        "of three digits, all but the last with an x: x001/x234/067. Bytes once "
        "served never change. Entries that were removed under the retention duty are "
        "410, with `entry`: the log's own entry that says so; hash tiles stay.",
        parameters=[
            ORIGIN_PARAMETER,
            OpenApiParameter(
                "tile",
                str,
                OpenApiParameter.PATH,
                examples=[
                    OpenApiExample("Full hash tile", value="0/x001/067"),
                    OpenApiExample(
                        "Entries at the right edge", value="entries/000.p/7"
                    ),
                ],
            ),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, origin: str, tile: str) -> HttpResponse:
        log = readable_log(request.user, origin)
        try:
            ref = parse_path(f"tile/{tile}")
        except ValueError as error:
            raise Http404(str(error)) from error
        size = Head.objects.only("size").get(log=log).size
        if not exists(ref, size):
            raise Http404(
                _("A log of %(size)s entries has no %(path)s.")
                % {"size": size, "path": ref.path}
            )
        try:
            data = read_file(log, ref)
        except Removed as error:
            raise Gone(error) from error
        return HttpResponse(
            data,
            content_type="application/octet-stream",
            headers={"Cache-Control": FOR_EVER},
        )


def exists(ref: TileRef, size: int) -> bool:
    """Whether a log of that size has at least these hashes or entries."""
    there = size >> TILE_LEVELS * max(ref.level, 0)
    return ref.n * WIDTH + ref.width <= there
