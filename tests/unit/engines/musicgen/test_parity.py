"""The lean decoder says what audiocraft's own model says."""

from collections.abc import Iterator

import pytest
import torch
from omegaconf import OmegaConf
from tests.tiny_musicgen import config_of, language_model

from infinite_studio.engines.musicgen.conditioners import fused
from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
from infinite_studio.engines.musicgen.graph_decoder import GraphDecoder
from infinite_studio.engines.musicgen.layers import network_of
from infinite_studio.engines.musicgen.packing import pack
from infinite_studio.engines.musicgen.pattern import delayed, n_steps_for
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.sampling import ChancePerTake, Drawing, SharedChance
from infinite_studio.engines.musicgen.shape import shape_of
from infinite_studio.engines.musicgen.steps import generate_window

NETWORKS = {
    "small": {},
    "deep small": {"dim": 48, "layers": 5, "heads": 6, "card": 100},
    "melody": {},
    "stereo-small": {},
    "stereo-melody": {"memory_efficient": False},
}
GREEDY = Drawing(temperature=0.0)


class Pair:
    """audiocraft's model, and our decoder with the same numbers and the same conditions."""

    def __init__(self, kind: str, precision: Precision = Precision.FLOAT32, n_takes: int = 1) -> None:
        changes = NETWORKS[kind]
        torch.manual_seed(7)
        self.theirs = language_model(kind, **changes)
        self.shape = shape_of(OmegaConf.create(config_of(kind, **changes)), kind)
        packed = pack(self.theirs.state_dict(), self.shape, precision, kind)
        self.ours = Decoder(network_of(packed, self.shape, "cpu", 1000))
        self.n_takes = n_takes
        self.made = self._made(n_takes)
        values = {name: value for name, (value, _) in self.made.items()}
        self.conditions = fused(values, self.shape, n_takes, is_guided=True)

    def _made(self, n_takes: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        """Conditions as the conditioners make them: rows with, then rows without, which are all zeros."""
        made = {}
        for name, length in (("description", 6), ("self_wav", 11)):
            if name in self.theirs.fuser.cond2fuse:
                values = torch.randn(2 * n_takes, length, self.shape.dim)
                if name == "description":
                    values[n_takes:] = 0.0
                made[name] = (values, torch.ones(2 * n_takes, length))
        return made

    @torch.no_grad()
    def their_tokens(self, n_frames: int, prompt: torch.Tensor | None = None, **how: object) -> torch.Tensor:
        provider = self.theirs.condition_provider
        provider.tokenize = lambda attributes: None
        provider.forward = lambda tokenized: self.made
        from audiocraft.modules.conditioners import ConditioningAttributes

        attributes = [ConditioningAttributes(text={"description": None})] * self.n_takes
        return self.theirs.generate(prompt, attributes, max_gen_len=n_frames, **how)

    def our_tokens(self, n_frames: int, drawing: Drawing, prompt: torch.Tensor | None = None, chance=None):
        given = (
            torch.zeros(self.n_takes, self.shape.n_codebooks, 0, dtype=torch.long)
            if prompt is None
            else prompt
        )
        chance = chance or SharedChance(11)
        return generate_window(self.ours, self.conditions, given, n_frames, drawing, chance)

    @torch.no_grad()
    def both_logits(self, n_frames: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Say what both expect after each step of a random sequence; audiocraft reads the whole of it at once."""
        tokens = torch.randint(self.shape.cardinality, (self.n_takes, self.shape.n_codebooks, n_frames))
        sequence = delayed(tokens, n_frames, self.shape.delays, self.shape.special_token, -1)
        both = torch.cat([sequence, sequence])
        whole = self.theirs(both, conditions=[], condition_tensors=self.made)
        self.ours.begin(self.conditions, n_steps_for(n_frames, self.shape.delays))
        for step in range(sequence.shape[-1]):
            yield whole[:, :, step], self.ours.logits(sequence[..., step : step + 1])


@pytest.fixture(scope="module", params=list(NETWORKS))
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


def test_float32_logits_are_those_of_audiocraft_at_every_step(pair: Pair) -> None:
    largest = max(float((theirs - ours).abs().max()) for theirs, ours in pair.both_logits(60))
    assert largest < 1e-4


def test_greedy_tokens_are_those_of_audiocraft_over_300_steps(pair: Pair) -> None:
    n_frames = 300 - 1 - max(pair.shape.delays)
    theirs = pair.their_tokens(n_frames, use_sampling=False)
    assert torch.equal(theirs, pair.our_tokens(n_frames, GREEDY))


@pytest.mark.parametrize(
    "drawing",
    [
        Drawing(top_k=25),
        Drawing(top_p=0.8, top_k=0),
        Drawing(top_k=0, temperature=1.3),
        Drawing(guidance=1.5),
    ],
    ids=["top-k", "top-p", "any token", "weak guidance"],
)
def test_equal_chance_gives_the_tokens_of_audiocraft(pair: Pair, drawing: Drawing) -> None:
    k = min(drawing.top_k, pair.shape.cardinality)
    torch.manual_seed(11)
    theirs = pair.their_tokens(
        60,
        use_sampling=True,
        temp=drawing.temperature,
        top_k=k,
        top_p=drawing.top_p,
        cfg_coef=drawing.guidance,
    )
    assert torch.equal(theirs, pair.our_tokens(60, drawing))


def test_a_continuation_goes_on_as_in_audiocraft(pair: Pair) -> None:
    prompt = torch.randint(pair.shape.cardinality, (1, pair.shape.n_codebooks, 17))
    theirs = pair.their_tokens(50, prompt, use_sampling=False)
    ours = pair.our_tokens(50, GREEDY, prompt)
    assert torch.equal(theirs, ours)
    assert torch.equal(ours[..., :17], prompt)


def test_a_batch_draws_as_in_audiocraft() -> None:
    pair = Pair("small", n_takes=3)
    torch.manual_seed(11)
    theirs = pair.their_tokens(40, use_sampling=True, top_k=25)
    assert torch.equal(theirs, pair.our_tokens(40, Drawing(top_k=25)))


def test_a_take_of_a_batch_comes_out_as_alone() -> None:
    batch = Pair("small", n_takes=2)
    # Both takes of the batch read the same description.
    values = batch.made["description"][0]
    values[1] = values[0]
    alone = Pair("small")
    alone.conditions = Conditions(1, cross=torch.stack([values[0], torch.zeros_like(values[0])]))
    batch.conditions = Conditions(2, cross=values)
    together = batch.our_tokens(40, Drawing(top_k=25), chance=ChancePerTake((5, 6)))
    single = alone.our_tokens(40, Drawing(top_k=25), chance=ChancePerTake((6,)))
    assert torch.equal(together[1:], single)


@pytest.mark.parametrize("kind", ["small", "melody", "stereo-small"])
@pytest.mark.parametrize("precision", [Precision.INT8, Precision.BFLOAT16])
def test_coarser_weights_say_nearly_the_same(kind: str, precision: Precision) -> None:
    pair = Pair(kind, precision)
    for theirs, ours in pair.both_logits(60):
        cosine = torch.nn.functional.cosine_similarity(theirs.flatten(), ours.flatten(), dim=0)
        assert cosine >= 0.999


def test_recorded_steps_say_what_plain_ones_say() -> None:
    """On a card the step is recorded; here it runs as it is, with the same fixed places and masks."""
    pair = Pair("small")
    pair.ours = GraphDecoder(pair.ours.network)
    largest = max(float((theirs - ours).abs().max()) for theirs, ours in pair.both_logits(40))
    assert largest < 1e-4
    assert torch.equal(pair.their_tokens(60, use_sampling=False), pair.our_tokens(60, GREEDY))


def test_int8_weights_take_a_quarter_of_the_memory() -> None:
    fine, coarse = (
        Pair("small", precision).ours.network for precision in (Precision.FLOAT32, Precision.INT8)
    )
    assert coarse.layers[0].qkv.weight.nbytes * 4 == fine.layers[0].qkv.weight.nbytes
