"""Which decoder runs a network on its device."""

from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.graph_decoder import GraphDecoder
from infinite_studio.engines.musicgen.layers import Network


def make_decoder(network: Network) -> Decoder:
    """Return the decoder that is fastest on the network's device."""
    return GraphDecoder(network) if network.device == "cuda" else Decoder(network)
