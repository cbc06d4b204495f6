"""The instruments by family: each a voice with its settings."""
