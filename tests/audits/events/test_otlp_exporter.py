"""The exporters of OpenTelemetry itself, against a socket."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from audits.log.models import Entry, Head
from registry.systems.models import AISystem
from tests.audits.events.otlp_requests import CHAT
from tests.factories import a_source_key, a_system, an_organisation

RESOURCE = Resource({"service.name": "assistant", "service.version": "4.2.0"})


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The whole application behind a socket of its own."""
    application = get_wsgi_application()

    def answering(environ: object, start: object) -> object:
        try:
            return application(environ, start)
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, answering, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1/otlp"
        server.shutdown()
        thread.join()


@pytest.fixture
def system(own_database: str) -> AISystem:
    return a_system(an_organisation())


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_of_the_exporter_become_predictions(
    system: AISystem, compression: Compression, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Authorization": f"Bearer {a_source_key(system)}"}
    with served() as address:
        exporter = OTLPSpanExporter(
            f"{address}/v1/traces", headers=headers, compression=compression
        )
        provider = TracerProvider(resource=RESOURCE)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        tracer = provider.get_tracer("test")
        with (
            caplog.at_level(logging.WARNING, "opentelemetry"),
            tracer.start_as_current_span("GET /"),
            tracer.start_as_current_span("chat gpt-4", attributes=CHAT),
        ):
            pass
        provider.shutdown()
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert Head.objects.get(log=system.log).size == 2
    [entry] = Entry.objects.filter(log=system.log, type="prediction")
    told = json.loads(bytes(entry.entry))
    assert (told["mv"], told["dep"]) == ("gpt-4-0613", "assistant")


def test_log_records_of_the_exporter_become_predictions(system: AISystem) -> None:
    headers = {"Authorization": f"Bearer {a_source_key(system)}"}
    with served() as address:
        exporter = OTLPLogExporter(f"{address}/v1/logs", headers=headers)
        provider = LoggerProvider(resource=RESOURCE)
        provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
        provider.get_logger("test").emit(
            LogRecord(
                timestamp=1_700_000_000_000_000_000,
                severity_number=SeverityNumber.INFO,
                event_name="gen_ai.client.inference.operation.details",
                attributes={
                    **CHAT,
                    "gen_ai.output.messages": [{"role": "assistant", "parts": []}],
                },
            )
        )
        provider.shutdown()
    assert Head.objects.get(log=system.log).size == 2
