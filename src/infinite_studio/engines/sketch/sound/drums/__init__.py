"""The sound of every drum, synthesised from modes, sines and shaped noise."""
