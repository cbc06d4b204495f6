"""Peaks bound the sound at every zoom, and blocks never matter."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.audio.peaks import Peaks, PeaksBuilder, sample_window
from infinite_studio.audio.resampling import StreamResampler, resampled_length


@st.composite
def sounds(draw):
    n_frames = draw(st.integers(1, 20_000))
    n_channels = draw(st.integers(1, 3))
    loudness = draw(st.sampled_from([1e-6, 0.1, 1.0, 8.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return (rng.standard_normal((n_frames, n_channels)) * loudness).astype(np.float32)


@settings(max_examples=150, deadline=None)
@given(
    samples=sounds(),
    start=st.floats(-3_000, 22_000),
    length=st.floats(0.01, 40_000),
    n_columns=st.integers(1, 300),
    block_frames=st.integers(1, 5_000),
)
def test_every_column_bounds_every_sample_it_touches(samples, start, length, n_columns, block_frames):
    builder = PeaksBuilder(48_000)
    for begin in range(0, len(samples), block_frames):
        builder.add(samples[begin : begin + block_frames])
    window = builder.finish().window(start, start + length, n_columns)
    exact = sample_window(samples, start, start + length, n_columns)
    assert window.low.shape == window.high.shape == window.rms.shape == (n_columns,)
    assert window.rms.dtype == np.float32
    assert (window.low <= exact.low).all()
    assert (window.high >= exact.high).all()
    assert (window.rms >= 0).all()
    assert (window.rms <= np.maximum(np.abs(window.low), np.abs(window.high))).all()


@settings(max_examples=100, deadline=None)
@given(samples=sounds(), start=st.integers(-100, 20_000), length=st.integers(1, 2_000))
def test_a_window_of_samples_bounds_them_exactly(samples, start, length):
    window = sample_window(samples, start, start + length, 1)
    inside = samples[max(start, 0) : max(start + length, 0)]
    if len(inside):
        assert (window.low[0], window.high[0]) == (inside.min(), inside.max())
    else:
        assert (window.low[0], window.high[0]) == (0.0, 0.0)


@settings(max_examples=30, deadline=None)
@given(samples=sounds())
def test_what_was_stored_draws_the_same(samples, tmp_path_factory):
    builder = PeaksBuilder(48_000)
    builder.add(samples)
    path = tmp_path_factory.mktemp("peaks") / "x.peaks"
    builder.snapshot().save(path)
    one, other = (peaks.window(0, len(samples), 77) for peaks in (builder.finish(), Peaks.load(path)))
    np.testing.assert_array_equal(one.low, other.low)
    np.testing.assert_array_equal(one.rms, other.rms)


@settings(max_examples=50, deadline=None)
@given(
    samples=sounds(),
    rates=st.tuples(
        st.sampled_from([8_000, 44_100, 48_000, 96_000]), st.sampled_from([8_000, 44_100, 48_000])
    ),
    block_frames=st.integers(50, 5_000),
)
def test_a_resampled_stream_has_the_exact_length(samples, rates, block_frames):
    stream = StreamResampler(samples.shape[1], *rates)
    n_frames = sum(
        len(stream.process(samples[begin : begin + block_frames], begin + block_frames >= len(samples)))
        for begin in range(0, len(samples), block_frames)
    )
    assert n_frames == resampled_length(len(samples), *rates)
