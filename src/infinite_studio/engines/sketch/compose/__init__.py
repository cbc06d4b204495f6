"""Notes first: what a piece of music is before it sounds."""
