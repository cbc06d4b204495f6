import pytest

from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot, canonical_json


def test_a_name_that_is_not_utf8_still_becomes_valid_utf8() -> None:
    data = Snapshot({"name": "caf\udce9", "quoted": "\\udce9"}, frozenset()).to_bytes()
    assert b'"caf\\udce9"' in data
    assert Snapshot.from_bytes(data).document == {"name": "caf\udce9", "quoted": "\\udce9"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"snapshot_version":"x","document":{},"object_ids":[]}',
        b'{"snapshot_version":null,"document":{},"object_ids":[]}',
        b'{"snapshot_version":1,"document":{},"object_ids":3}',
        b'{"snapshot_version":2,"document":{},"object_ids":[]}',
    ],
)
def test_bytes_that_are_no_snapshot_of_this_studio_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedSnapshotError) as caught:
        Snapshot.from_bytes(data)
    assert caught.value.hint


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"tempo_bpm": float("nan")})
