"""How a widget learns its theme: from the nearest ancestor that carries one."""

from PySide6.QtWidgets import QWidget

from infinite_studio.ui.theme import DARK, Theme


def theme_of(widget: QWidget | None) -> Theme:
    """Return the theme of the nearest widget, from this one up, that has a ``theme``."""
    node = widget
    while node is not None:
        theme = getattr(node, "theme", None)
        if isinstance(theme, Theme):
            return theme
        node = node.parentWidget()
    return DARK


def restyle(widget: QWidget) -> None:
    """Let the stylesheet look at a widget again after one of its dynamic properties has changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
