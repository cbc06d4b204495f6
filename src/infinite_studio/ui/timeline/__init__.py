"""The timeline: overview, ruler, track headers and lanes of clips."""
