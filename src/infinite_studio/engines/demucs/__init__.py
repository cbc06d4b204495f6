"""Separators with a neural network: the models of the Demucs family, driven by us."""
