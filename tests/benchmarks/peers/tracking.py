"""MLflow: a tracking server on PostgreSQL, that keeps each prediction as a trace."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

# Not in the background ("Production Tracing"): the other peers, too, have committed
# when they return.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"

import mlflow
import psycopg
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from tests.benchmarks.peers import shape

URL, PORT = os.environ["PEER_DATABASE_URL"], os.environ["PEER_PORT"]
FOLDER = Path(os.environ["PEER_FOLDER"])
AT = f"http://127.0.0.1:{PORT}"
BURST = 1000  # spans before the exporter is flushed: half of what its queue holds


class Peer(shape.Peer):
    name = "MLflow"
    one_by_one_is = "a trace by mlflow.start_span(), logged when the block ends"
    bulk_is = "the OpenTelemetry SDK's batches to /v1/traces"

    def prepare(self) -> None:
        """mlflow.org, "Tracking Server" and "Backend Stores": one command, PostgreSQL.

        Without its job runner, which nothing here asks for and which takes a core.
        """
        said = FOLDER / "server.log"
        with said.open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", URL,
                 "--artifacts-destination", FOLDER, "--host", "127.0.0.1",
                 "--port", PORT],
                env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
                cwd=FOLDER, stdout=log, stderr=log,
            )  # fmt: skip
        if not _answers(server):
            tail = said.read_text()[-3000:]
            raise RuntimeError(f"{tail}\nMLflow's server did not answer")
        mlflow.set_tracking_uri(AT)
        self.experiment = mlflow.set_experiment("peer").experiment_id

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        """mlflow.org, "Manual Tracing": the context manager."""
        taken = 0
        for event in events:
            with mlflow.start_span(name="prediction") as span:
                span.set_inputs({n: v for n, v in event.items() if n != "output"})
                span.set_outputs(event["output"])
            taken += 1
        return taken

    def bulk(self, events: Iterator[shape.Event]) -> int:
        """mlflow.org, "Collect OpenTelemetry Traces into MLflow"; SDK's defaults."""
        exporter = OTLPSpanExporter(
            f"{AT}/v1/traces", headers={"x-mlflow-experiment-id": self.experiment}
        )
        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(exporter))
        tracer, taken = provider.get_tracer("peer"), 0
        for event in events:
            with tracer.start_as_current_span("prediction") as span:
                span.set_attributes({n: _scalar(v) for n, v in event.items()})
            taken += 1
            if taken % BURST == 0:
                provider.force_flush(120_000)
        provider.shutdown()
        return taken

    def held(self) -> int:
        with psycopg.connect(URL) as connection:
            found = connection.execute("SELECT count(*) FROM trace_info").fetchone()
        return int(found[0])


def _scalar(value: object) -> str | float:
    return value if isinstance(value, str | float) else json.dumps(value)


def _answers(server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", int(PORT), timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return False
