"""MusicGen: a network that makes music from words, melodies and sounds, with a decoder of our own."""
