"""What the packaged app starts with."""

import os
import sys
from pathlib import Path

# A program without a console has no streams on Windows, and libraries write to them without asking.
for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end

from infinite_studio.app.main import main  # noqa: E402 - the streams come first

if __name__ == "__main__":
    main()
