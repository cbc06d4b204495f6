"""What a prompt says: style, tempo, key, length, mood and instruments."""
