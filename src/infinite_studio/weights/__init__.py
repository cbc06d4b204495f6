"""The weights of models: what there are, where they lie, how they come."""
