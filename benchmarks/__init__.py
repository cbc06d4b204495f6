"""Measurements against peers in the same run; each module runs as `python -m benchmarks.NAME`."""
