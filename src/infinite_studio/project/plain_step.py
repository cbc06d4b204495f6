"""What most undoable steps share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlainStep:
    """A step that never merges with the one before; the base of most steps."""

    @property
    def merge_key(self) -> str:
        """Return the empty key.

        Returns
        -------
        str
            Always empty: a step with no key merges with none.
        """
        return ""
