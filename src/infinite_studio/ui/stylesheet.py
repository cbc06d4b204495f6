"""One palette and one stylesheet, both made from a theme; nothing else in the window writes a colour."""

from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from infinite_studio.ui.fonts import interface_font, load_bundled_fonts
from infinite_studio.ui.theme import CAPTION_PX, CONTROL_RADIUS_PX, Theme

_SURFACES = """
QWidget { color: $text; }
QMainWindow, QDialog { background: $panel; }
QWidget[kind="panel"], QWidget[kind="column"] { background: $panel; }
QWidget[kind="bar"] { background: $panel; }
QWidget[kind="dock"] { background: $panel; border: none; border-left: 1px solid $line; }
QWidget[kind="sheet"] { background: $panel; border: 1px solid $line; border-radius: 12px; }
QFrame[kind="line"] { background: $line; border: none; }
QFrame[kind="card"] { background: $timeline; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[kind="card"][chosen="true"] { border: 2px solid $accent; }
QFrame[kind="banner"] { background: $raised; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[kind="banner"][tone="danger"] { border-color: $danger; }
QScrollArea { background: transparent; border: none; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 8px; }
"""
_LABELS = """
QLabel { background: transparent; }
QLabel[kind="caption"], QWidget[kind="caption"] { font-size: ${caption}px; }
QLabel[kind="caption"] { color: $text_secondary; }
QLabel[kind="caption"][tone="tertiary"] { color: $text_tertiary; }
QLabel[kind="caption"][tone="good"] { color: $good; }
QLabel[kind="caption"][tone="attention"] { color: $attention; }
QLabel[kind="caption"][tone="danger"] { color: $danger; }
QLabel[kind="section"] { font-size: ${caption}px; font-weight: 600; color: $text_secondary; }
QLabel[kind="title"] { font-size: 17px; font-weight: 600; }
QLabel[kind="strong"] { font-weight: 500; }
QLabel[kind="empty"] { color: $text_secondary; }
QLabel[kind="time"] { font-size: 20px; }
QLabel[kind="position"] { font-size: ${caption}px; color: $text_secondary; }
QLabel[kind="chip"] { font-size: ${caption}px; border-radius: 5px; padding: 2px 7px; }
QLabel[kind="chip"][tone="accent"] { background: $accent_surface; color: $on_accent_surface; }
QLabel[kind="chip"][tone="attention"] { background: $attention_surface; color: $attention; }
QLabel[kind="chip"][tone="neutral"] { background: $control; color: $text_secondary; }
QLabel[kind="chip"][tone="good"] { background: $good_surface; color: $good; }
"""
_BUTTONS = """
QPushButton { border: 2px solid transparent; border-radius: ${radius}px; padding: 0; outline: none; }
QPushButton:focus { border-color: $accent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:disabled { background: $control; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="quiet"] { background: $timeline; border: 1px solid $line; }
QPushButton[kind="quiet"]:hover { background: $raised; }
QPushButton[kind="quiet"]:pressed { background: $control; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; }
QPushButton[kind="icon"] { background: transparent; border-radius: 7px; }
QPushButton[kind="icon"][emphasis="raised"] { background: $raised; border-radius: ${radius}px; }
QPushButton[kind="icon"][emphasis="primary"] { background: $accent; border-radius: ${radius}px; }
QPushButton[kind="icon"]:hover { background: $control; }
QPushButton[kind="icon"][emphasis="primary"]:hover { background: $accent_hover; }
QPushButton[kind="icon"][emphasis="primary"]:disabled { background: $control; }
QPushButton[kind="icon"]:checked { background: $accent_surface; }
QPushButton[kind="icon"]:focus { border-color: $accent; }
QPushButton[kind="icon"][emphasis="primary"]:focus { border-color: $text; }
QPushButton[kind="icon"]::menu-indicator, QPushButton[kind="pill"]::menu-indicator { image: none; width: 0; }
QPushButton[kind="pill"] { background: $control; border-radius: 14px; }
QPushButton[kind="pill"]:hover { background: $line; }
QPushButton[kind="pill"][tone="accent"] { background: $accent_surface; }
QPushButton[kind="pill"][tone="plain"], QPushButton[kind="pill"][tone="warned"], QPushButton[kind="pill"][tone="title"] {
    background: transparent; border-radius: 7px;
}
QPushButton[kind="pill"][tone="plain"]:hover, QPushButton[kind="pill"][tone="warned"]:hover,
QPushButton[kind="pill"][tone="title"]:hover { background: $raised; }
QPushButton[kind="pill"][tone="title"] { font-weight: 600; }
QPushButton[kind="pill"][textsize="time"], QPushButton[kind="pill"][textsize="caption"] { font-size: ${caption}px; }
QPushButton[kind="pill"]:focus { border-color: $accent; }
"""
_FIELDS = """
QFrame[kind="field"] { background: $timeline; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[kind="field"][focused="true"] { border: 2px solid $accent; }
QFrame[kind="field"]:hover { background: $field_hover; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $timeline; border: 1px solid $line; border-radius: ${radius}px; padding: 4px 10px;
    selection-background-color: $accent; selection-color: $on_accent; outline: none;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid $accent; padding: 3px 9px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $text_tertiary;
}
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; }
*[kind="bare"], *[kind="bare"]:focus { background: transparent; border: none; padding: 0; }
QComboBox::drop-down { border: none; width: 16px; }
QComboBox::down-arrow { image: none; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 24px; border: none; background: transparent;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 24px; border: none; background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: none; }
QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; outline: none; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_tertiary; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid $text_tertiary; background: $timeline;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QSlider { min-height: 24px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $control; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $text;
}
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 10px; height: 10px; }
"""
_LISTS = """
QListView, QTreeView, QTableView { background: transparent; border: none; outline: none; }
QListView:focus { border: none; }
QTableView { selection-background-color: transparent; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $line; padding: 4px; outline: none;
    selection-background-color: $accent_surface; selection-color: $on_accent_surface;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 5px; }
QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 5px; min-height: 16px; }
QMenu::item:selected { background: $accent_surface; color: $on_accent_surface; }
QMenu::item:disabled { color: $text_tertiary; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $control; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_tertiary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QHeaderView::section { background: $panel; color: $text_secondary; border: none; padding: 6px; }
"""


def stylesheet(theme: Theme) -> str:
    """Return the stylesheet of the whole program for a theme."""
    values = {token: value for token, value in vars(theme).items() if isinstance(value, str)}
    values |= {
        "radius": str(CONTROL_RADIUS_PX),
        "caption": str(CAPTION_PX),
        "accent_hover": _mixed(theme.accent, theme.text, 0.12),
        "accent_pressed": _mixed(theme.accent, theme.timeline, 0.18),
        "field_hover": _mixed(theme.timeline, theme.raised, 0.5),
        "attention_surface": _mixed(theme.panel, theme.attention, 0.15),
        "good_surface": _mixed(theme.panel, theme.good, 0.11),
    }
    return Template(_SURFACES + _LABELS + _BUTTONS + _FIELDS + _LISTS).substitute(values)


def palette(theme: Theme) -> QPalette:
    """Return the palette for whatever no style rule reaches."""
    roles = {
        QPalette.ColorRole.Window: theme.panel,
        QPalette.ColorRole.Base: theme.timeline,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Button: theme.control,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.text_tertiary,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
    }
    result = QPalette()
    for role, color in roles.items():
        result.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.text_tertiary))
    return result


def prepare(application: QApplication) -> None:
    """Give the program its style and typeface, before any widget is made."""
    if application.style().name() != "fusion":
        application.setStyle("Fusion")
    font = interface_font()
    if application.font() != font:
        load_bundled_fonts()
        application.setFont(font)


def apply_theme(application: QApplication, theme: Theme, window: QWidget | None = None) -> None:
    """Give a window and all that belongs to it, or every widget of the program, the look of a theme.

    Qt looks at the widgets of a window again five times faster than at all those of the program; it is fastest once
    they are in their places.
    """
    prepare(application)
    sheet, dressed = stylesheet(theme), window or application
    if dressed.styleSheet() != sheet:
        application.setPalette(palette(theme))
        dressed.setStyleSheet(sheet)
        # Widgets made before their first stylesheet fall back to Qt's own font unless told by class.
        application.setFont(interface_font(), "QWidget")  # type: ignore[arg-type]


def _mixed(base: str, other: str, share: float) -> str:
    one, two = QColor(base), QColor(other)
    return QColor.fromRgbF(
        one.redF() + (two.redF() - one.redF()) * share,
        one.greenF() + (two.greenF() - one.greenF()) * share,
        one.blueF() + (two.blueF() - one.blueF()) * share,
    ).name()
