"""Names are always legal; lossless files give back what was put in."""

import re
import unicodedata
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.audio.writing import encode_object, write_audio

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)
AWKWARD = st.sampled_from(
    [
        "con",
        "PRN.x",
        "aux ",
        "NUL.",
        "com¹",
        "lpt9.wav",
        "conin$",
        ".",
        "..",
        "-",
        " ",
        "\u202e",
        "\ud800",
        "e\u0301" * 200,
        "👩‍👩‍👧" * 30,
    ]
)
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{kind}{digit}" for kind in ("com", "lpt") for digit in "0123456789¹²³"
}


@settings(max_examples=300, deadline=None)
@given(
    title=st.one_of(ANY_TEXT, AWKWARD, st.tuples(AWKWARD, ANY_TEXT).map("".join)),
    suffix=st.one_of(st.sampled_from(["", ".wav", ".flac"]), ANY_TEXT),
)
def test_every_title_becomes_a_legal_name(title, suffix):
    name = safe_filename(title, suffix)
    assert 0 < len(name.encode()) <= 255
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)
    assert name == unicodedata.normalize("NFC", name)
    assert name[0] not in "-. "
    assert name[-1] not in ". "
    assert name.split(".")[0].rstrip().lower() not in DEVICES


@settings(max_examples=100, deadline=None)
@given(
    title=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=60).map(
        lambda text: unicodedata.normalize("NFC", text)
    )
)
def test_ordinary_titles_stay_as_they_are(title):
    if title.lower() not in DEVICES:
        assert safe_filename(title, ".wav") == f"{title}.wav"


@settings(max_examples=50, deadline=None)
@given(title=ANY_TEXT)
def test_every_legal_name_can_be_made_twice(title, tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    first = folder / safe_filename(title, ".wav")
    first.touch()
    second = unused_path(first)
    second.touch()
    assert {path.name for path in folder.iterdir()} == {first.name, second.name}


sounds = st.builds(
    Audio,
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 300), st.integers(1, 8)),
        elements=st.floats(-1, 1, width=32),
    ),
    st.sampled_from([1_000, 8_000, 44_100, 48_000, 96_000, 655_350]),
)


@settings(max_examples=60, deadline=None)
@given(sound=sounds, depth=st.sampled_from(list(BitDepth)), form=st.sampled_from(["wav", "flac"]))
def test_lossless_files_give_back_the_sound(sound, depth, form, tmp_path_factory):
    if form == "flac" and depth is BitDepth.FLOAT_32:
        depth = BitDepth.INT_24
    path: Path = tmp_path_factory.mktemp("sounds") / f"x.{form}"
    write_audio(path, sound, bit_depth=depth)
    read = read_audio(path)
    tolerance = {BitDepth.INT_16: 2 * 2**-15, BitDepth.INT_24: 2**-23, BitDepth.FLOAT_32: 0.0}[depth]
    assert (read.n_frames, read.n_channels, read.sample_rate) == (
        sound.n_frames,
        sound.n_channels,
        sound.sample_rate,
    )
    assert np.abs(read.samples - sound.samples).max() <= tolerance


@settings(max_examples=60, deadline=None)
@given(sound=sounds, gain=st.sampled_from([1.0, 4.0]))
def test_objects_are_canonical(sound, gain, tmp_path_factory):
    data, media_type = encode_object(Audio.of(sound.samples * gain, sound.sample_rate))
    path: Path = tmp_path_factory.mktemp("objects") / "object"
    path.write_bytes(data)
    assert encode_object(read_audio(path)) == (data, media_type)
