"""Groups of use cases that make up `StudioSession`; each group is one mixin over the core."""
