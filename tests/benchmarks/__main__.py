"""`make bench`: every figure with its baseline of the same run. Asserts nothing."""

import os
import sys
from pathlib import Path

from tests.benchmarks.client import client_record
from tests.benchmarks.dossier import dossier
from tests.benchmarks.erasure import erase_subject
from tests.benchmarks.fsck import fsck
from tests.benchmarks.ingest import ingest_batch_vs_copy, ingest_single
from tests.benchmarks.law import law
from tests.benchmarks.machine import machine, versions
from tests.benchmarks.pages import one_million, pages_at_a_million, ten_million
from tests.benchmarks.peers.compare import peers
from tests.benchmarks.proofs import proofs
from tests.benchmarks.reassess import reassess
from tests.benchmarks.rows import Row, keep, show
from tests.benchmarks.stage import stage

BENCHES = {
    "ingest_batch_vs_copy": ingest_batch_vs_copy,
    "ingest_single": ingest_single,
    "client_record": client_record,
    "dossier": dossier,
    "peers": peers,
    "proofs": proofs,
    "fsck": fsck,
    "erase_subject": erase_subject,
    "law": law,
    "reassess": reassess,
    "pages": pages_at_a_million,
}
# Too long for every run: only when they are asked for.
LONG = {"one_million": one_million, "ten_million": ten_million}


def main() -> int:
    wanted = os.environ.get("ONLY", "")
    known = BENCHES | LONG
    chosen = {wanted: known[wanted]} if wanted in known else {}
    if not wanted:
        chosen = BENCHES
    if not chosen:
        print(f"ONLY={wanted} is none of: {', '.join(known)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    others = f"load average before it began {os.getloadavg()[0]:.1f}"
    with stage() as found:
        told = f"{versions(found.app_url)}; {others}"
        for name, bench in chosen.items():
            print(f"… {name}", file=sys.stderr, flush=True)
            rows += bench(found)
    print(show(rows, machine(), told))
    folder = Path(os.environ.get("VAR_DIR") or "var")
    keep(folder / "bench.json", rows, machine(), told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
