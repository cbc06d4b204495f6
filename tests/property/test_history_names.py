import json

from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.history.names import from_storable, to_storable
from infinite_studio.history.snapshot import Snapshot, canonical_json

ANY_TEXT = st.text(st.characters(exclude_categories=()))
FILE_NAME = st.binary(max_size=40).map(lambda raw: raw.decode(errors="surrogateescape"))
NUMBERS = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | FILE_NAME,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FILE_NAME, inner, max_size=4),
    max_leaves=20,
)


@given(ANY_TEXT | FILE_NAME | st.text("\x1aDCF0\udcff"))
def test_any_text_becomes_utf8_and_comes_back(text: str) -> None:
    stored = to_storable(text)
    stored.encode()
    assert from_storable(stored) == text


@given(st.sets(ANY_TEXT | st.text("\x1aDCF0\udcff"), min_size=2, max_size=5))
def test_different_texts_are_stored_differently(texts: set[str]) -> None:
    assert len({to_storable(text) for text in texts}) == len(texts)


@given(st.dictionaries(FILE_NAME, JSON_VALUES), st.frozensets(st.text("0123456789abcdef", min_size=1)))
def test_a_snapshot_survives_its_bytes(document: dict[str, object], object_ids: frozenset[str]) -> None:
    snapshot = Snapshot(document, object_ids)
    data = snapshot.to_bytes()
    data.decode()
    assert Snapshot.from_bytes(data) == snapshot
    assert Snapshot.from_bytes(data).to_bytes() == data


@given(st.dictionaries(FILE_NAME, JSON_VALUES, min_size=2))
def test_the_order_of_insertion_does_not_change_the_bytes(values: dict[str, object]) -> None:
    assert canonical_json(dict(reversed(values.items()))) == canonical_json(values)


@given(ANY_TEXT)
def test_canonical_bytes_are_json_for_any_text(text: str) -> None:
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(canonical_json({"name": text}))["name"] == joined
