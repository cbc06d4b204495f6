"""What the studio can do: one use case per file."""
