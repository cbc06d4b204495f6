"""What a sound is: tempo, key, loudness (no torch)."""
