"""Seams: find them, hear them, and render hours of sound from one loop."""
