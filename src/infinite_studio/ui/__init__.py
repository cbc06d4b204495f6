"""Widgets, timeline, panels, dialogs."""
