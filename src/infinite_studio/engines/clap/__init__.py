"""Sounds and words in one space: CLAP."""
