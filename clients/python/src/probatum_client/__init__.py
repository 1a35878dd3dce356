"""Send predictions and human reviews to Probatum, and check the receipts.

    from probatum_client import Client, Prediction

    with Client("https://probatum.example", api_key="…") as client:
        receipt = client.log(Prediction(model_version="2.0.0", output="approve"))
        print(receipt.check(vkey))

For a service that must not wait, `Recorder` puts events on record at once and sends
them in the background. Needs httpx only. With cryptography installed (the extra
`verify`) signatures are checked quickly, without it in plain Python.
"""

from probatum_client.async_client import AsyncClient
from probatum_client.batches import AsyncBatch, Batch
from probatum_client.client import Client
from probatum_client.decorator import recorded
from probatum_client.errors import (
    NotRecorded,
    ProbatumError,
    ReceiptInvalid,
    Refused,
    SpoolFull,
)
from probatum_client.events import Prediction, Review
from probatum_client.follow import Follower
from probatum_client.handler import PredictionHandler
from probatum_client.ids import new_id
from probatum_client.proofs import check_proof
from probatum_client.receipts import Check, Receipt
from probatum_client.recorder import Recorder
from probatum_client.spool.kept import kept_receipts

__all__ = [
    "AsyncBatch",
    "AsyncClient",
    "Batch",
    "Check",
    "Client",
    "Follower",
    "NotRecorded",
    "Prediction",
    "PredictionHandler",
    "ProbatumError",
    "Receipt",
    "ReceiptInvalid",
    "Recorder",
    "Refused",
    "Review",
    "SpoolFull",
    "check_proof",
    "kept_receipts",
    "new_id",
    "recorded",
]
