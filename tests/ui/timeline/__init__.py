"""The timeline, driven as hands would."""
