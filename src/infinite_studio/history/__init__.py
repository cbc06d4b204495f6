"""git's ideas for audio: objects, snapshots, commits, branches, forks."""
