"""Tiny MusicGen checkpoints with random numbers, in the formats of the real ones."""

import json
from pathlib import Path
from typing import Any

import torch

from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft, quiet

KINDS = ("small", "melody", "stereo-small", "stereo-melody")
CARDINALITY = 64
DIM = 32
T5_DIM = 24
SEGMENT_SECONDS = 4
_SAMPLE_RATE = 32_000


def write_everything(folder: Path, kinds: tuple[str, ...] = ("small",)) -> Path:
    """Write a weights folder with tiny networks, a tiny T5 and a tiny EnCodec; return it."""
    write_t5(folder / "t5-base")
    write_encodec(folder / "encodec-32khz")
    for kind in kinds:
        write_musicgen(folder / f"musicgen-{kind}", kind)
    return folder


def write_t5(folder: Path) -> None:
    """Write a T5 encoder and a sentencepiece tokenizer trained on a few words."""
    import io

    import sentencepiece
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    folder.mkdir(parents=True, exist_ok=True)
    words = [
        "lo-fi",
        "piano",
        "with",
        "soft",
        "drums,",
        "dark",
        "trap",
        "in",
        "F",
        "minor,",
        "90",
        "bpm,",
        "happy",
        "sad",
        "calm",
        "energetic",
        "jazz",
    ]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(words), *words] * 20), model_writer=model, vocab_size=64, pad_id=0,
        eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=3, num_threads=1,
    )  # fmt: skip
    (folder / "spiece.model").write_bytes(model.getvalue())
    with quiet():
        T5Tokenizer.from_pretrained(str(folder), extra_ids=0).save_pretrained(folder)
    (folder / "tokenizer_config.json").unlink()
    torch.manual_seed(1)
    config = T5Config(vocab_size=80, d_model=T5_DIM, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    with quiet():
        T5EncoderModel(config).save_pretrained(folder)


def write_encodec(folder: Path) -> None:
    """Write a codec of four codebooks at 50 frames a second in transformers' format."""
    from transformers import EncodecConfig, EncodecModel

    torch.manual_seed(2)
    config = EncodecConfig(
        target_bandwidths=[1.2], sampling_rate=_SAMPLE_RATE, audio_channels=1, normalize=False, num_filters=2,
        num_residual_layers=1, upsampling_ratios=[8, 5, 4, 4], hidden_size=8, codebook_size=CARDINALITY,
        codebook_dim=8, num_lstm_layers=1, use_causal_conv=False, kernel_size=7, last_kernel_size=7,
        chunk_length_s=None, overlap=None, norm_type="weight_norm", pad_mode="reflect",
    )  # fmt: skip
    with quiet():
        model = EncodecModel(config)
        for name, value in model.state_dict().items():
            if name.endswith("embed"):
                value.normal_()
        model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps({"sampling_rate": _SAMPLE_RATE}))


def write_musicgen(folder: Path, kind: str, **changes: Any) -> None:
    """Write ``state_dict.bin`` and ``compression_state_dict.bin`` as audiocraft does; other sizes on demand."""
    from omegaconf import OmegaConf

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    config = config_of(kind, **changes)
    state = language_model(kind, **changes).state_dict()
    if "melody" in kind:
        state["condition_provider.conditioners.self_wav.chroma.spec.window"] = torch.hann_window(2**14)
    torch.save(
        {
            "xp.cfg": OmegaConf.to_yaml(OmegaConf.create(config)),
            "best_state": state,
            "version": "1.3.0",
        },
        folder / "state_dict.bin",
    )
    torch.save({"pretrained": "facebook/encodec_32khz"}, folder / "compression_state_dict.bin")


def language_model(kind: str, **changes: Any) -> torch.nn.Module:
    """Return audiocraft's own model with random numbers; its conditioners only project."""
    open_audiocraft()
    from audiocraft.models.builders import get_codebooks_pattern_provider, get_condition_fuser
    from audiocraft.models.lm import LMModel
    from audiocraft.modules.conditioners import ConditioningProvider
    from omegaconf import OmegaConf

    config = OmegaConf.create(config_of(kind, **changes))
    projections = {"description": torch.nn.Linear(T5_DIM, config.transformer_lm.dim)}
    if "melody" in kind:
        projections["self_wav"] = torch.nn.Linear(12, config.transformer_lm.dim)
    conditioners: Any = {name: _Projection(linear) for name, linear in projections.items()}
    provider = ConditioningProvider(conditioners)
    network: Any = OmegaConf.to_container(config.transformer_lm)
    for unused in ("q_modeling",):
        network.pop(unused, None)
    model = LMModel(
        pattern_provider=get_codebooks_pattern_provider(network["n_q"], config.codebooks_pattern),
        condition_provider=provider,
        fuser=get_condition_fuser(config),
        cfg_dropout=0.1,
        cfg_coef=3.0,
        cross_attention=not config.fuser.prepend,
        **network,
    )
    # Larger numbers than a fresh network has, so that a mistake anywhere shows in the logits.
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return model.eval()


class _Projection(torch.nn.Module):
    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.output_proj = linear


def config_of(kind: str, *, dim: int = DIM, layers: int = 2, heads: int = 4, card: int = CARDINALITY,
              memory_efficient: bool = True) -> dict[str, object]:  # fmt: skip
    """Return the configuration of a network as audiocraft writes it, with the published models' choices."""
    is_stereo, is_melody = "stereo" in kind, "melody" in kind
    n_codebooks = 8 if is_stereo else 4
    conditioners = {
        "args": {"merge_text_conditions_p": 0.25, "drop_desc_p": 0.5},
        "description": {"model": "t5", "t5": {"name": "t5-base", "finetune": False, "word_dropout": 0.2,
                                              "normalize_text": False}},
    }  # fmt: skip
    if is_melody:
        conditioners["self_wav"] = {"model": "chroma_stem", "chroma_stem": {
            "sample_rate": _SAMPLE_RATE, "n_chroma": 12, "radix2_exp": 14, "argmax": True, "cache_path": None,
            "match_len_on_eval": False}}  # fmt: skip
    return {
        "sample_rate": _SAMPLE_RATE, "channels": 2 if is_stereo else 1, "dtype": "float16", "device": "cuda",
        "lm_model": "transformer_lm", "dataset": {"segment_duration": SEGMENT_SECONDS},
        "transformer_lm": {
            "dim": dim, "num_heads": heads, "num_layers": layers, "hidden_scale": 4, "n_q": n_codebooks, "card": card,
            "dropout": 0.0, "emb_lr": None, "activation": "gelu", "norm_first": True, "bias_ff": False,
            "bias_attn": False, "bias_proj": False, "past_context": None, "causal": True, "custom": False,
            "memory_efficient": memory_efficient, "attention_as_float32": False, "layer_scale": None,
            "positional_embedding": "sin", "xpos": False, "checkpointing": "none", "weight_init": "gaussian",
            "depthwise_init": "current", "zero_bias_init": True, "norm": "layer_norm", "q_modeling": None,
            "qk_layer_norm": False, "two_step_cfg": False,
        },
        "codebooks_pattern": {"modeling": "delay", "delay": {
            "delays": [0, 0, 1, 1, 2, 2, 3, 3] if is_stereo else [0, 1, 2, 3], "flatten_first": 0,
            "empty_initial": 0}},
        "fuser": {"cross_attention_pos_emb": False, "cross_attention_pos_emb_scale": 1, "sum": [],
                  "prepend": ["self_wav", "description"] if is_melody else [],
                  "cross": [] if is_melody else ["description"], "input_interpolate": []},
        "conditioners": conditioners,
        "classifier_free_guidance": {"training_dropout": 0.3, "inference_coef": 3.0},
        "attribute_dropout": {"args": {"active_on_eval": False}},
        "interleave_stereo_codebooks": {"use": is_stereo, "per_timestep": False},
        "compression_model_n_q": 4 if is_stereo else None,
    }  # fmt: skip


def write_own_codec(path: Path) -> None:
    """Write a codec as audiocraft itself does: configuration and numbers in one file."""
    from omegaconf import OmegaConf

    open_audiocraft()
    from audiocraft.models.builders import get_compression_model

    config = OmegaConf.create({
        "compression_model": "encodec", "device": "cpu", "sample_rate": _SAMPLE_RATE, "channels": 1,
        "encodec": {"autoencoder": "seanet", "quantizer": "rvq", "sample_rate": _SAMPLE_RATE, "channels": 1,
                    "causal": False, "renormalize": False},
        "seanet": {"dimension": 8, "channels": 1, "n_filters": 2, "n_residual_layers": 1, "ratios": [8, 5, 4, 4],
                   "norm": "weight_norm", "causal": False, "lstm": 1, "encoder": {}, "decoder": {}},
        "rvq": {"n_q": 4, "q_dropout": False, "bins": CARDINALITY, "decay": 0.99, "kmeans_init": False,
                "kmeans_iters": 10, "threshold_ema_dead_code": 2},
    })  # fmt: skip
    torch.manual_seed(4)
    with quiet():
        model = get_compression_model(config)
    torch.save({"xp.cfg": OmegaConf.to_yaml(config), "best_state": model.state_dict()}, path)
