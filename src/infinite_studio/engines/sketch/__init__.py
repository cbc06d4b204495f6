"""The built-in composer: no weights, no torch."""
