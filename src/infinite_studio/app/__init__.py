"""Start-up, wiring, shutdown order."""
