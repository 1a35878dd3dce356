"""Where a log's files lie and what is in them."""

import json
from typing import Any

import pytest

from audits.tlog.compact import Compact
from audits.tlog.hashing import ProofInvalid
from audits.tlog.tile import (
    ENTRIES,
    TileRef,
    bundle_leaves,
    decode_bundle,
    encode_bundle,
    entries_path,
    hash_tiles,
    level_tiles,
    parse_path,
    split_hashes,
    tile_path,
    tiles_for,
)
from tests.audits.tlog.naive import VECTORS, decimal_leaves

PATHS: dict[str, Any] = json.loads((VECTORS / "tile-paths.json").read_text())


@pytest.mark.parametrize("number", PATHS["index_paths"])
def test_a_number_lies_in_folders_of_a_thousand(number: str) -> None:
    expected = f"tile/3/{PATHS['index_paths'][number]}"
    assert tile_path(3, int(number)) == expected
    assert parse_path(expected) == TileRef(3, int(number))
    assert parse_path(expected + ".p/7") == TileRef(3, int(number), 7)


@pytest.mark.parametrize("size", PATHS["hash_tiles_for_size"])
def test_a_log_of_a_size_has_these_tiles(size: str) -> None:
    found = [ref.path for ref in tiles_for(int(size)) if ref.level != ENTRIES]
    listed = PATHS["hash_tiles_for_size"][size]
    assert sorted(found) == sorted(listed)


def test_seventy_thousand_entries_have_tiles_on_three_levels() -> None:
    counts = PATHS["counts_for_70000"]
    levels = [list(level_tiles(level, 70_000)) for level in range(4)]
    assert [sum(ref.is_full for ref in tiles) for tiles in levels] == [
        counts["level0_full"],
        counts["level1_full"],
        0,
        0,
    ]
    assert [tiles[-1].width for tiles in levels[:3]] == [
        counts["level0_partial"],
        counts["level1_partial"],
        counts["level2_partial"],
    ]


def test_bundles_lie_beside_the_hash_tiles() -> None:
    assert entries_path(0, 5) == "tile/entries/000.p/5"
    assert entries_path(1234067) == "tile/entries/x001/x234/067"
    assert parse_path("tile/entries/001.p/44") == TileRef(ENTRIES, 1, 44)
    assert TileRef(ENTRIES, 3).first_entry == TileRef(0, 3).first_entry == 768
    assert TileRef(1, 2).first_entry == 2 * 65_536


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/8/0/000",
    ],
)
def test_a_path_with_another_spelling_is_none(path: str) -> None:
    with pytest.raises(ValueError, match="not the path of a tile"):
        parse_path(path)


@pytest.mark.parametrize("bad", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0)])
def test_no_path_is_given_for_what_cannot_exist(bad: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such tile"):
        tile_path(*bad)


@pytest.mark.parametrize(
    "entries", [[b""], [b"a", b"", b"c" * 65_535], [b"%d" % i for i in range(256)]]
)
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_an_entry_that_is_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 65535 bytes"):
        encode_bundle([b"x" * 65_536])


def test_a_bundle_that_ends_early_or_late_is_refused_with_its_place() -> None:
    data = encode_bundle([b"one", b"two"])
    for cut in range(len(data)):
        with pytest.raises(ProofInvalid, match=r"ends within entry [01] of 2"):
            decode_bundle(data[:cut], 2)
    with pytest.raises(ProofInvalid, match="5 bytes follow"):
        decode_bundle(data, 1)
    with pytest.raises(ProofInvalid, match="ends within entry 2 of 3"):
        decode_bundle(data, 3)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 66_000])
def test_tiles_stream_out_of_the_leaf_hashes(size: int) -> None:
    leaves = decimal_leaves(size)
    found = dict(hash_tiles(leaves))
    listed = [ref for ref in tiles_for(size) if ref.level != ENTRIES]
    assert sorted(found) == sorted(listed)
    for ref, data in found.items():
        first, step = ref.first_entry, 256**ref.level
        subtrees = [leaves[first + i * step : first + (i + 1) * step] for i in (0, -1)]
        roots = [Compact().append(each).root() for each in subtrees if each]
        assert len(data) == 32 * ref.width
        assert split_hashes(data)[0] == roots[0]


def test_the_published_small_log_is_built_from_its_entries() -> None:
    log = VECTORS / "small-log"
    leaves = []
    for ref in level_tiles(ENTRIES, 300):
        leaves += bundle_leaves(decode_bundle((log / ref.path).read_bytes(), ref.width))
    built = dict(hash_tiles(leaves))
    assert len(built) == 3
    for ref, data in built.items():
        assert (log / ref.path).read_bytes() == data


def test_the_tiles_of_a_real_log_give_its_signed_root() -> None:
    log = VECTORS / "sunlight-mirror-300"
    stored = (log / "tile/0/000").read_bytes() + (log / "tile/0/001.p/44").read_bytes()
    built = dict(hash_tiles(split_hashes(stored)))
    assert built[TileRef(1, 0, 1)] == (log / "tile/1/000.p/1").read_bytes()
