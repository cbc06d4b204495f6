"""`PromptText`: a prompt of which more and more has been understood."""

import re
from collections.abc import Callable, Iterator

_WORD = re.compile(r"[^\W_]+(?:['’#♯♭&\-][^\W_]+)*[#♯♭]?")


class PromptText:
    """A prompt, and which of its characters have been understood.

    Parameters
    ----------
    text : str
        As written.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._understood = bytearray(len(text))

    def take(
        self, pattern: re.Pattern[str], accept: Callable[[re.Match[str]], bool] = lambda _: True
    ) -> Iterator[re.Match[str]]:
        """Yield the matches in what is not yet understood that are acceptable; they count as understood."""
        for match in pattern.finditer(self.text):
            if not self._is_understood(match) and accept(match):
                first, last = match.span()
                self._understood[first:last] = b"\x01" * (last - first)
                yield match

    def take_first(
        self, pattern: re.Pattern[str], accept: Callable[[re.Match[str]], bool] = lambda _: True
    ) -> re.Match[str] | None:
        """Return the first such match; only this one counts as understood."""
        return next(self.take(pattern, accept), None)

    def remaining_words(self) -> tuple[str, ...]:
        """Return the words that nothing has understood, each once, in their order."""
        words: dict[str, str] = {}
        for match in _WORD.finditer(self.text):
            if not self._is_understood(match):
                words.setdefault(match.group().casefold(), match.group())
        return tuple(words.values())

    def _is_understood(self, match: re.Match[str]) -> bool:
        return any(self._understood[match.start() : match.end()])


def any_of(names: list[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some names as whole words, the longest first, blanks or hyphens alike."""
    spelled = (
        r"[\s\-]+".join(re.escape(part) for part in re.split(r"[\s\-]+", name))
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w#])(?:{'|'.join(spelled)})(?![\w#])", re.IGNORECASE)
