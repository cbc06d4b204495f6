"""The root of every failure that a musician may meet."""


class StudioError(Exception):
    """An expected failure: its text is a sentence for a musician, ``hint`` says what to do next.

    Concrete errors are declared beside the code that raises them and carry values. Whatever does not
    derive from this class is a bug and is treated as one.

    Parameters
    ----------
    sentence : str
        What happened, as one plain sentence that ends with a full stop.
    hint : str
        What the person can do now; empty where nothing can be done.

    Attributes
    ----------
    remedy : str
        What the studio itself offers to do about it, such as ``download:musicgen-small``; mostly empty.
    """

    remedy = ""

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint
