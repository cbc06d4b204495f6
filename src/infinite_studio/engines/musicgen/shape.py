"""What a MusicGen network looks like, read from the configuration in its checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infinite_studio.errors import StudioError

if TYPE_CHECKING:
    from omegaconf import DictConfig


class UnusableCheckpointError(StudioError):
    """A checkpoint that is damaged or of a kind that the studio does not play."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The weights of {name} cannot be used: {reason}.",
            hint="Open Models… to verify them, or download them again.",
        )
        self.name = name
        self.remedy = f"download:{name}"
        self.reason = reason


@dataclass(frozen=True)
class ModelShape:
    """Sizes of a language model; ``delays`` are by how many steps each codebook comes later.

    ``cross`` and ``prepended`` name the conditions that are looked at and those that stand before the tokens.
    """

    dim: int
    n_heads: int
    n_layers: int
    hidden_dim: int
    n_codebooks: int
    cardinality: int
    delays: tuple[int, ...]
    cross: tuple[str, ...]
    prepended: tuple[str, ...]
    segment_seconds: float
    max_period: float = 10_000.0
    positional_scale: float = 1.0

    @property
    def head_dim(self) -> int:
        """Numbers in each head."""
        return self.dim // self.n_heads

    @property
    def special_token(self) -> int:
        """The token that stands where a codebook has none yet."""
        return self.cardinality

    @property
    def max_delay(self) -> int:
        """How many steps later than the first the last codebook comes."""
        return max(self.delays)


def shape_of(config: "DictConfig", name: str) -> ModelShape:
    """Read the shape from audiocraft's configuration.

    Raises
    ------
    UnusableCheckpointError
        If the network is of a kind that the decoder does not play.
    """
    network, fuser = _values(config.transformer_lm), _values(config.fuser)
    _refuse_unknown(network, fuser, name)
    n_codebooks = int(network["n_q"])
    dim = int(network["dim"])
    return ModelShape(
        dim=dim,
        n_heads=int(network["num_heads"]),
        n_layers=int(network["num_layers"]),
        hidden_dim=int(network.get("hidden_scale", 4) * dim),
        n_codebooks=n_codebooks,
        cardinality=int(network["card"]),
        delays=_delays(config, n_codebooks, name),
        cross=tuple(fuser.get("cross", ())),
        prepended=tuple(fuser.get("prepend", ())),
        segment_seconds=float(config.dataset.segment_duration),
        max_period=float(network.get("max_period", 10_000.0)),
        positional_scale=float(network.get("positional_scale", 1.0)),
    )


def read_config(text: str) -> "DictConfig":
    """Read audiocraft's configuration from its YAML."""
    from omegaconf import DictConfig, OmegaConf

    config = OmegaConf.create(text)
    if not isinstance(config, DictConfig):
        raise UnusableCheckpointError("a model", "its configuration is empty")
    return config


def _values(section: "DictConfig") -> dict[str, Any]:
    from omegaconf import OmegaConf

    found = OmegaConf.to_container(section, resolve=True)
    assert isinstance(found, dict)
    return {str(key): value for key, value in found.items()}


def _refuse_unknown(network: Mapping[str, Any], fuser: Mapping[str, Any], name: str) -> None:
    """Refuse what no published MusicGen has, rather than play it wrong."""
    reasons = {
        "it adds conditions to its input": bool(fuser.get("sum")) or bool(fuser.get("input_interpolate")),
        "it counts positions in what it looks at": bool(fuser.get("cross_attention_pos_emb")),
        "its layers are normalised afterwards": not network.get("norm_first", False),
        "it does not use sine positions": network.get("positional_embedding", "sin") != "sin",
        "it scales or normalises inside its layers": bool(network.get("layer_scale"))
        or bool(network.get("qk_layer_norm"))
        or bool(network.get("qk_layer_norm_cross")),
        "it shares keys between heads": network.get("kv_repeat", 1) != 1,
        "it forgets what is long ago": network.get("past_context") is not None,
        "its activation is unknown": network.get("activation", "gelu") != "gelu",
    }
    for reason, is_so in reasons.items():
        if is_so:
            raise UnusableCheckpointError(name, reason)


def _delays(config: "DictConfig", n_codebooks: int, name: str) -> tuple[int, ...]:
    pattern = config.codebooks_pattern
    modeling = pattern.modeling or config.transformer_lm.get("q_modeling")
    if modeling != "delay":
        raise UnusableCheckpointError(name, f"its codebooks are arranged as “{modeling}”")
    values = _values(pattern.delay) if "delay" in pattern else {}
    if values.get("flatten_first") or values.get("empty_initial"):
        raise UnusableCheckpointError(name, "its codebooks begin in an unknown way")
    return tuple(int(delay) for delay in values.get("delays") or range(n_codebooks))
