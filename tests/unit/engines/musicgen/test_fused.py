"""A step in machine code says what the plain decoder says, however many threads take part and whenever they sleep."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import torch

from infinite_studio.engines.musicgen import stepping
from infinite_studio.engines.musicgen.decoder import Conditions, Decoder, Helpers
from infinite_studio.engines.musicgen.fused import machine as machines
from infinite_studio.engines.musicgen.fused import proof
from infinite_studio.engines.musicgen.fused.decoder import FusedDecoder, is_playable
from infinite_studio.engines.musicgen.fused.folding import folded
from infinite_studio.engines.musicgen.layers import Network, network_of
from infinite_studio.engines.musicgen.packing import quantised
from infinite_studio.engines.musicgen.sampling import ChancePerTake, Drawing
from infinite_studio.engines.musicgen.shape import ModelShape
from infinite_studio.engines.musicgen.steps import generate_window
from infinite_studio.jobs.crew import Crew

pytestmark = pytest.mark.skipif(
    not machines.is_possible(), reason="steps in machine code are made for x86 processors with AVX2"
)

N_LAYERS, DIM, HIDDEN, CARDINALITY = 2, 128, 512, 64
SIZES = {
    "qkv": (3 * DIM, DIM),
    "out": (DIM, DIM),
    "cross_q": (DIM, DIM),
    "cross_kv": (2 * DIM, DIM),
    "cross_out": (DIM, DIM),
    "hidden_in": (HIDDEN, DIM),
    "hidden_out": (DIM, HIDDEN),
}


def network(*, has_cross: bool = True, is_coarse: bool = True, has_bias: bool = False) -> Network:
    """Return a random network; fine and coarse ones have the same numbers."""
    source = torch.Generator().manual_seed(3)
    packed = {"embeddings": torch.randn(4, CARDINALITY + 1, DIM, generator=source)}

    def put(name: str, n_out: int, n_in: int) -> None:
        packed[f"{name}.weight"] = torch.randn(n_out, n_in, generator=source) / n_in**0.5
        if is_coarse:
            packed[f"{name}.weight"], packed[f"{name}.scale"] = quantised(packed[f"{name}.weight"])
        if has_bias:
            packed[f"{name}.bias"] = torch.zeros(n_out)

    norms = ["out_norm"]
    put("heads", 4 * CARDINALITY, DIM)
    for layer in range(N_LAYERS):
        norms += [f"layers.{layer}.{name}" for name in ("norm", "cross_norm", "hidden_norm")]
        for name, size in SIZES.items():
            if has_cross or "cross" not in name:
                put(f"layers.{layer}.{name}", *size)
    for name in norms:
        packed[f"{name}.weight"] = 1.0 + 0.1 * torch.randn(DIM, generator=source)
        packed[f"{name}.bias"] = 0.1 * torch.randn(DIM, generator=source)
    words = ("description",)
    cross, prepended = (words, ()) if has_cross else ((), words)
    shape = ModelShape(DIM, 2, N_LAYERS, HIDDEN, 4, CARDINALITY, (0, 1, 2, 3), cross, prepended, 4.0)
    return network_of(packed, shape, "cpu", 400)


def conditions(
    *,
    has_cross: bool = True,
    n_takes: int = 1,
    is_guided: bool = True,
    n_words: int = 6,
    are_alike: bool = False,
) -> Conditions:
    n_rows = 2 * n_takes if is_guided else n_takes
    words = torch.randn(n_rows, n_words, DIM, generator=torch.Generator().manual_seed(5))
    words[n_takes:] = 0.0
    if are_alike:
        words[:n_takes] = words[0].clone()
    return Conditions(
        n_takes, cross=words if has_cross else None, prefix=None if has_cross else words, guided=is_guided
    )


def helped(coarse: Network, helpers: Helpers, machine: machines.Machine | None = None) -> FusedDecoder:
    decoder = FusedDecoder(coarse, machine)
    decoder.helped_by(helpers)
    return decoder


def said(decoder: Decoder, given: Conditions, n_steps: int) -> torch.Tensor:
    """Return what a decoder expects after each of some random steps, the first seven taken at once."""
    source = torch.Generator().manual_seed(9)
    found = []
    with torch.inference_mode():
        decoder.begin(given, n_steps + 7)
        for size in (7, *[1] * n_steps):
            tokens = torch.randint(CARDINALITY, (given.n_takes, 4, size), generator=source)
            found.append(decoder.logits(tokens))
    return torch.stack(found)


def likeness(left: torch.Tensor, right: torch.Tensor) -> float:
    """Return the least cosine of all steps."""
    return float(torch.nn.functional.cosine_similarity(left.flatten(1), right.flatten(1), dim=1).min())


@pytest.fixture(scope="module")
def crew() -> Crew:
    return Crew(2)


@pytest.fixture(
    params=[{}, {"in_pairs": True}, {"narrow": True}], ids=["best", "in pairs", "narrow registers"]
)
def machine(request: pytest.FixtureRequest) -> machines.Machine:
    return machines.compiled(**request.param)


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"has_cross": False},
        {"n_takes": 3},
        {"n_takes": 3, "are_alike": True},
        {"is_guided": False},
        {"n_words": 49},
    ],
    ids=["words", "words before", "other words each take", "takes", "without guidance", "many words"],
)
def test_logits_are_those_of_fine_weights_and_of_torch(
    kind: dict[str, Any], machine: machines.Machine
) -> None:
    given, has_cross = conditions(**kind), kind.get("has_cross", True)
    coarse = network(has_cross=has_cross)
    fine = said(Decoder(network(has_cross=has_cross, is_coarse=False)), given, 90)
    plain = said(Decoder(coarse), given, 90)
    found = said(FusedDecoder(coarse, machine=machine), given, 90)
    assert likeness(found, fine) >= 0.999
    assert likeness(found, plain) >= 0.999
    # It rounds what it multiplies less than torch's kernel does, which takes bfloat16.
    assert (found - fine).abs().mean() <= 1.05 * (plain - fine).abs().mean()


@pytest.mark.parametrize(
    ("kind", "is_folded"),
    [
        ({}, True),
        ({"n_takes": 3}, False),
        ({"n_takes": 3, "are_alike": True}, True),
        ({"n_words": 49}, False),
    ],
    ids=["words", "other words each take", "takes", "many words"],
)
def test_only_few_words_that_all_takes_share_are_folded(kind: dict[str, Any], is_folded: bool) -> None:
    coarse, given = network(), conditions(**kind)
    plain = Decoder(coarse)
    plain.begin(given, 4)
    found = folded(
        coarse.layers,
        plain._cross,
        given.n_rows,
        in_bytes=False,
    )
    assert (found is not None) == is_folded


@pytest.mark.parametrize("n_helpers", [0, 1, 2])
def test_any_number_of_threads_says_exactly_the_same_over_hundreds_of_steps(n_helpers: int) -> None:
    coarse, given = network(), conditions()
    alone = said(FusedDecoder(coarse), given, 300)
    together = helped(coarse, Crew(n_helpers))
    for _ in range(3):
        assert torch.equal(said(together, given, 300), alone)


class Sleepy:
    """Helpers that come at odd moments, not at all, or twice as late as the next request."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.n_helpers = crew.n_helpers
        self.calls = 0
        self.ran = 0

    def start(self, work: Callable[[], None]) -> bool:
        self.calls += 1
        if self.calls % 3 == 0:
            return False

        def late() -> None:
            time.sleep(0.002 * (self.calls % 3))
            work()
            self.ran += 1

        return self.crew.start(late)


def test_helpers_that_come_late_or_never_change_nothing(crew: Crew) -> None:
    coarse, given = network(), conditions()
    alone = said(FusedDecoder(coarse), given, 40)
    sleepy = Sleepy(crew)
    decoder = helped(coarse, sleepy)
    for _ in range(10):
        assert torch.equal(said(decoder, given, 40), alone)
        time.sleep(0.01)
    assert sleepy.ran > 0


def test_more_threads_than_the_computer_has_change_nothing(crew: Crew) -> None:
    """Threads are put to sleep in the middle of their pieces, and others do these again."""
    coarse, given = network(), conditions()
    alone = said(FusedDecoder(coarse), given, 60)
    decoders = [helped(coarse, crew) for _ in range(3)]
    found: list[torch.Tensor] = []

    def make(decoder: Decoder) -> None:
        found.extend(said(decoder, given, 60) for _ in range(4))

    makers = [threading.Thread(target=make, args=(decoder,)) for decoder in decoders]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(found) == 12
    assert all(torch.equal(logits, alone) for logits in found)


def test_two_hundred_requests_draw_the_same_tokens(crew: Crew) -> None:
    coarse, given = network(), conditions()
    nothing = torch.zeros((1, 4, 0), dtype=torch.long)

    def drawn(decoder: Decoder) -> torch.Tensor:
        return generate_window(decoder, given, nothing, 12, Drawing(top_k=25), ChancePerTake((1,)))

    wanted = drawn(FusedDecoder(coarse))
    together = helped(coarse, crew)
    assert all(torch.equal(drawn(together), wanted) for _ in range(200))


def test_helpers_leave_when_no_steps_come(crew: Crew) -> None:
    decoder = helped(network(), crew)
    said(decoder, conditions(), 20)
    left = threading.Event()
    # As many pieces of work as there are helpers run only once all of them are free.
    gate = threading.Barrier(crew.n_helpers, action=left.set)

    def wait() -> None:
        gate.wait()

    for _ in range(crew.n_helpers):
        crew.start(wait)
    assert left.wait(30.0)


def test_a_longer_request_follows_a_short_one(crew: Crew) -> None:
    coarse = network()
    decoder = helped(coarse, crew)
    wanted = said(FusedDecoder(coarse), conditions(n_takes=2), 80)
    said(decoder, conditions(), 5)
    assert torch.equal(said(decoder, conditions(n_takes=2), 80), wanted)


def test_threads_of_python_go_on_during_a_step() -> None:
    """A step holds no lock: another thread counts on while steps run one after the other."""
    decoder, given = FusedDecoder(network()), conditions()
    told: list[float] = []
    is_over = threading.Event()

    def tick() -> None:
        while not is_over.wait(0.001):
            told.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        while len(told) < 50:
            said(decoder, given, 20)
    finally:
        is_over.set()
        ticker.join()
    assert sorted(late - early for early, late in pairwise(told))[len(told) // 2] < 0.05


@pytest.fixture
def fresh() -> Iterator[None]:
    proof.is_right.cache_clear()
    yield
    proof.is_right.cache_clear()


def test_networks_on_this_processor_get_compiled_steps() -> None:
    assert isinstance(stepping.make_decoder(network()), FusedDecoder)
    assert type(stepping.make_decoder(network(is_coarse=False))) is Decoder


def test_networks_that_do_not_fit_run_as_before() -> None:
    assert is_playable(network())
    assert not is_playable(network(has_bias=True))
    assert type(stepping.make_decoder(network(has_bias=True))) is Decoder


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("fault", ["no such processor", "LLVM cannot", "wrong results"])
def test_without_compiled_steps_everything_runs_as_before(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "no such processor":
        monkeypatch.setattr(machines.platform, "machine", lambda: "arm64")
    elif fault == "LLVM cannot":

        def refuse() -> machines.Machine:
            raise RuntimeError("no code in memory here")

        monkeypatch.setattr(machines, "compiled", refuse)
    else:
        right = FusedDecoder.logits
        monkeypatch.setattr(FusedDecoder, "logits", lambda self, tokens: -right(self, tokens))
    made = stepping.make_decoder(network())
    assert type(made) is Decoder
    wanted = said(Decoder(network()), conditions(), 10)
    assert torch.equal(said(made, conditions(), 10), wanted)
