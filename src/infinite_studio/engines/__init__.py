"""Everything that makes, splits or listens with a model, behind small protocols."""
