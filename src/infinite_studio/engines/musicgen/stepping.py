"""Which decoder runs a network on its device."""

import logging

from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.graph_decoder import GraphDecoder
from infinite_studio.engines.musicgen.layers import Network

logger = logging.getLogger(__name__)


def make_decoder(network: Network) -> Decoder:
    """Return the decoder that is fastest on the network's device."""
    if network.device == "cuda":
        return GraphDecoder(network)
    if network.device == "cpu" and network.heads.scale is not None:
        return _compiled(network) or Decoder(network)
    return Decoder(network)


def has_compiled_steps() -> bool:
    """Whether steps with int8 weights run as machine code here; compiles them, which takes a second at most."""
    try:
        from infinite_studio.engines.musicgen.fused import machine, proof

        return machine.is_possible() and proof.is_right(machine.compiled())
    # LLVM says everything that it cannot do with a bare RuntimeError.
    except (ImportError, OSError, RuntimeError) as error:
        logger.info("steps in machine code are not possible here: %s", error)
        return False


def _compiled(network: Network) -> Decoder | None:
    """Return a decoder in machine code; None where processor, installation or network do not allow it."""
    if not has_compiled_steps():
        return None
    from infinite_studio.engines.musicgen.fused.decoder import FusedDecoder, is_playable

    return FusedDecoder(network) if is_playable(network) else None
