"""Send predictions and human reviews to Probatum, and check the receipts.

    from probatum_client import Client, Prediction

    with Client("https://probatum.example", api_key="…") as client:
        receipt = client.log(Prediction(model_version="2.0.0", output="approve"))
        print(receipt.check(vkey))

Needs httpx only. With cryptography installed (the extra `verify`) signatures are
checked quickly, without it in plain Python.
"""

from probatum_client.async_client import AsyncClient
from probatum_client.batches import AsyncBatch, Batch
from probatum_client.client import Client
from probatum_client.errors import ProbatumError, ReceiptInvalid
from probatum_client.events import Prediction, Review
from probatum_client.ids import new_id
from probatum_client.proofs import check_proof
from probatum_client.receipts import Check, Receipt

__all__ = [
    "AsyncBatch",
    "AsyncClient",
    "Batch",
    "Check",
    "Client",
    "Prediction",
    "ProbatumError",
    "Receipt",
    "ReceiptInvalid",
    "Review",
    "check_proof",
    "new_id",
]
