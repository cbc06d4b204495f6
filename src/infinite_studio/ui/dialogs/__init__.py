"""The dialogs: export, commit, names, settings, about and problems."""
