"""Ways into an empty page: all styles, and prompts to begin with."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import PillButton
from infinite_studio.ui.kit.flow_layout import FlowLayout
from infinite_studio.ui.kit.labels import Caption

SUGGESTIONS = ("dark trap, 140 bpm", "bright house", "warm lo-fi with rhodes", "slow ambient")
STYLES_TOOLTIP = "All styles with their tempo: choosing one writes it into the prompt"


class SuggestionRow(QWidget):
    """The button of the styles, and while nothing is written prompts that one click writes into the field."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.styles = PillButton("Styles", IconName.MUSIC)
        self.styles.setAccessibleName("Browse styles")
        self.styles.setToolTip(STYLES_TOOLTIP)
        self._caption = Caption("or start from one of these", "tertiary")
        self._caption.setWordWrap(False)
        self._prompts = QWidget()
        flow = FlowLayout(self._prompts)
        for suggestion in SUGGESTIONS:
            button = PillButton(suggestion)
            button.max_text_px = 260
            button.setAccessibleName(f"Use the prompt: {suggestion}")
            button.clicked.connect(partial(self.chosen.emit, suggestion))
            flow.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._prompts.setSizePolicy(policy)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.styles)
        top.addWidget(self._caption)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._prompts)

    @property
    def offers_prompts(self) -> bool:
        """Whether prompts are offered."""
        return not self._prompts.isHidden()

    def offer_prompts(self, *, are_offered: bool) -> None:
        """Offer prompts on an empty page, and leave once there is one."""
        self._caption.setVisible(are_offered)
        self._prompts.setVisible(are_offered)
