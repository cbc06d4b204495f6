"""The decisions that turn a request into a plan: style, mood, tempo, key, length, melody."""
