"""What is being edited: project, tracks, clips, markers, undoable steps, mixdown."""
