"""Beats and downbeats by a network: beat_this, with weights from local files only."""
