"""Software that we did not write reads our log and comes to the same verdict."""

from pathlib import Path

from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import InclusionProof

from audits.tlog import proof
from audits.tlog.consistency import prove_consistency
from tests.audits.tlog import evidence


def test_another_verifier_accepts_our_log(log: Path) -> None:
    reader = TilesReader(LocalBackend(log))
    found = reader.get_checkpoint()
    found.verify(Vkey.from_string(evidence.VKEY))
    assert found.origin == evidence.ORIGIN
    assert reader.calculate_root_hash() == found.root_hash
    for index in (0, 1, 255, 256, 300, 511, 512, 599):
        assert reader.get_entry(index) == evidence.ALL[index]
        theirs = reader.get_inclusion_proof(index, found.size)
        theirs.check(evidence.LEAVES[index], found.root_hash)
        ours = proof.parse(evidence.proof(index))
        assert list(ours.path) == theirs.node_hashes
        again = InclusionProof(ours.index, found.size, list(ours.path))
        again.check(evidence.LEAVES[index], found.root_hash)
    for old in (1, 255, 256, 300, 512, 599):
        theirs_too = reader.get_consistency_proof(old, 600)
        ours_too = prove_consistency(old, 600, evidence.STORAGE)
        assert theirs_too.node_hashes == ours_too
