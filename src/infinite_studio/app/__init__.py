"""Start-up, wiring by constructor arguments, shutdown order."""
