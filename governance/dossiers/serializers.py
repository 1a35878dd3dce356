"""Dossiers as they leave: their shape in the API, and the files to keep."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from rest_framework import serializers

from governance.dossiers.models import Dossier
from registry.operators.serializers import ExactInput

# SECURITY: the file is handed to be kept: never shown, sniffed, cached or framed.
KEPT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def kept_file(data: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep, under that name."""
    named = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": named or "attachment", **KEPT}
    return HttpResponse(data, content_type=media_type, headers=headers)


class DossierIn(ExactInput):
    """A request; without a version the newest one is taken."""

    version = serializers.UUIDField(required=False, allow_null=True)


class DossierOut(serializers.Serializer[Dossier]):
    """A dossier: its state while it is made, its digests when it is ready."""

    id = serializers.UUIDField()
    system = serializers.UUIDField(source="system_id")
    version = serializers.UUIDField(source="version_id", allow_null=True)
    state = serializers.ChoiceField(Dossier.State.choices)
    step = serializers.CharField(allow_blank=True)
    steps_done = serializers.IntegerField()
    steps_total = serializers.IntegerField()
    failure = serializers.CharField(allow_blank=True)
    requested_at = serializers.DateTimeField()
    as_of = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    contents_sha256 = serializers.CharField(allow_blank=True)
    pdf_sha256 = serializers.CharField(allow_blank=True)
    pdf_size = serializers.IntegerField(allow_null=True)
    log_size = serializers.IntegerField(allow_null=True)
    page = serializers.SerializerMethodField()

    def get_page(self, dossier: Dossier) -> str:
        """Where a person reads of it."""
        return urljoin(settings.BASE_URL, reverse("dossiers:detail", args=[dossier.pk]))
