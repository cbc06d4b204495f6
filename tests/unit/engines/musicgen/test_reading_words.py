"""Our reader of descriptions says what transformers' T5 says, and audiocraft's conditioner after it."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from infinite_studio.engines.musicgen.audiocraft_door import quiet
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError
from infinite_studio.engines.musicgen.words import WordReader

PROMPTS = [
    "",
    " ",
    "lo-fi piano with soft drums",
    "dark  trap\tin F minor,\n90 bpm",
    "ла-ла 音楽 🎹 موسيقى",
    "jazz " * 150,
    "a</s>b <pad> ﬁn",
]


@pytest.fixture(scope="module")
def t5(weights_folder: Path) -> Path:
    return weights_folder / "t5-base"


def their_states(folder: Path, prompt: str) -> torch.Tensor:
    from transformers import T5EncoderModel, T5Tokenizer

    with quiet(), torch.inference_mode():
        tokenizer = T5Tokenizer.from_pretrained(str(folder), local_files_only=True)
        encoder = T5EncoderModel.from_pretrained(str(folder), local_files_only=True).eval()
        return encoder(**tokenizer([prompt], return_tensors="pt")).last_hidden_state[0]


@pytest.mark.parametrize(
    "prompt", PROMPTS, ids=["empty", "space", "words", "gaps", "scripts", "long", "tokens"]
)
def test_it_says_what_transformers_says(t5: Path, prompt: str) -> None:
    ours = WordReader(t5, "musicgen-small").read(prompt)
    assert torch.allclose(ours, their_states(t5, prompt), atol=1e-5)


@pytest.mark.parametrize(
    "changes", [{"feed_forward_proj": "gated-gelu"}, {"num_layers": 3, "num_heads": 4}], ids=str
)
def test_encoders_of_other_shapes_are_read_alike(
    t5: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    from transformers import T5Config, T5EncoderModel

    shutil.copytree(t5, tmp_path / "t5")
    torch.manual_seed(5)
    sizes = {"vocab_size": 80, "d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2, "num_heads": 2}
    with quiet():
        model = T5EncoderModel(T5Config(**{**sizes, **changes}))
        for value in model.state_dict().values():
            value.copy_(torch.randn_like(value) * 0.3)
        model.save_pretrained(tmp_path / "t5")
    prompt = "happy jazz with piano " * 12
    ours = WordReader(tmp_path / "t5", "x").read(prompt)
    assert torch.allclose(ours, their_states(tmp_path / "t5", prompt), atol=1e-5)


def test_a_sentencepiece_model_alone_gives_the_same_tokens(t5: Path, tmp_path: Path) -> None:
    shutil.copytree(t5, tmp_path / "t5")
    (tmp_path / "t5" / "tokenizer.json").unlink()
    for prompt in PROMPTS[2:4]:
        assert torch.equal(WordReader(tmp_path / "t5", "x").read(prompt), WordReader(t5, "x").read(prompt))


@pytest.mark.parametrize(
    "damage", ["cut", "no numbers", "other kind", "no tokenizer", "bad tokenizer", "bad config"]
)
def test_a_damaged_reader_is_named_when_it_is_loaded(t5: Path, tmp_path: Path, damage: str) -> None:
    folder = Path(shutil.copytree(t5, tmp_path / "t5-base"))
    config = json.loads((folder / "config.json").read_text())
    if damage == "cut":
        (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:500])
    elif damage == "no numbers":
        (folder / "config.json").write_text(json.dumps(config | {"num_layers": 2}))
    elif damage == "other kind":
        (folder / "config.json").write_text(json.dumps(config | {"feed_forward_proj": "swish"}))
    elif damage == "bad config":
        (folder / "config.json").write_text("{")
    else:
        (folder / "spiece.model").unlink()
        (folder / "tokenizer.json").unlink()
        if damage == "bad tokenizer":
            (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(UnusableCheckpointError, match="t5-base"):
        WordReader(folder, "musicgen-small")


def test_every_layer_is_reported_so_that_reading_can_be_cancelled(t5: Path) -> None:
    class Stop(BaseException):
        pass

    def stop(_fraction: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        WordReader(t5, "x").read("piano", stop)
