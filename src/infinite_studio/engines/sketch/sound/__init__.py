"""Sound second: synthesis, effects and mixing of what was composed."""
