"""The built-in splitter: signal processing, no weights."""
