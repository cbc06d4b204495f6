"""Infinite Studio: a local studio for AI music."""

__version__ = "0.1.0"
