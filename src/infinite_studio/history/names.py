"""What projects and branches may be called, and how any text is kept in the database."""

import re
import unicodedata

from infinite_studio.errors import StudioError

MAX_NAME_LENGTH = 200
_ESCAPE = "\x1a"
_NOT_STORABLE = re.compile("[\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9A-F]{4})")
_FORBIDDEN_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]|\.\.|@\{|//")


class InvalidNameError(StudioError):
    """A name that cannot be used."""

    def __init__(self, name: str, sentence: str, *, hint: str) -> None:
        super().__init__(sentence, hint=hint)
        self.name = name


class DuplicateNameError(StudioError):
    """A name that something else in the library already has."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is already something called “{name}”.",
            hint="Choose another name; capital and small letters count as the same.",
        )
        self.name = name


def checked_name(name: str) -> str:
    """Return a project's or person's name without the space around it.

    Any other character is kept exactly, newlines and emoji included: what is legal on a disk is decided
    where files are written.

    Raises
    ------
    InvalidNameError
        If nothing is left of it, or more than 200 characters are.
    """
    trimmed = name.strip()
    if not trimmed:
        raise InvalidNameError(name, "A name needs at least one character.", hint="Type a name.")
    if len(trimmed) > MAX_NAME_LENGTH:
        raise InvalidNameError(
            name,
            f"The name has {len(trimmed)} characters; {MAX_NAME_LENGTH} are allowed.",
            hint="Shorten the name.",
        )
    return trimmed


def checked_branch_name(name: str) -> str:
    r"""Return a branch's name if git would accept it too, so that histories can travel.

    Raises
    ------
    InvalidNameError
        If it is empty or too long, holds a space, a control character or one of ``~^:?*[\``, holds ``..``,
        ``//`` or ``@{``, begins with ``-``, begins or ends with ``/``, ends with ``.``, is ``@``, or a part
        between slashes begins with ``.`` or ends with ``.lock``.
    """
    parts = name.split("/")
    is_wrong = (
        not name
        or name == "@"
        or len(name) > MAX_NAME_LENGTH
        or name.startswith("-")
        or name.endswith(".")
        or _FORBIDDEN_IN_BRANCH.search(name) is not None
        or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
    )
    if is_wrong:
        raise InvalidNameError(
            name,
            f"“{name}” cannot be the name of a branch.",
            hint="Use letters, digits and dashes, such as “slower-drums”.",
        )
    return name


def name_key(name: str) -> str:
    """Return what two names share that a person would call the same: NFC, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def to_storable(text: str) -> str:
    """Make any text valid UTF-8 and reversibly so.

    A name that was not UTF-8 on disk reaches Python with lone surrogates, which SQLite cannot take: each
    becomes U+001A and its four hexadecimal digits, and so does U+001A itself.
    """
    return _NOT_STORABLE.sub(lambda match: f"{_ESCAPE}{ord(match[0]):04X}", text)


def from_storable(text: str) -> str:
    """Undo `to_storable`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
