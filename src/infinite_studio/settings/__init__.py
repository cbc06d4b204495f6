"""Typed settings, user folders, logs."""
