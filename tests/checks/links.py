"""Checks that every relative link in the project's Markdown leads to a file, and every anchor to a heading."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SKIPPED_FOLDERS = {".venv", ".tools", "tour", "node_modules", ".git"}


def broken_links(root: Path) -> list[str]:
    """Return one line for each link that leads nowhere."""
    pages = [page for page in root.rglob("*.md") if not SKIPPED_FOLDERS & set(page.relative_to(root).parts)]
    return [line for page in pages for line in _broken_in(page, root)]


def _broken_in(page: Path, root: Path) -> list[str]:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            broken.append(f"{page.relative_to(root)}: {target} leads nowhere")
        elif anchor and anchor not in _anchors(file):
            broken.append(f"{page.relative_to(root)}: {target} names no heading")
    return broken


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    found = broken_links(ROOT)
    sys.stdout.write("\n".join([*found, f"{len(found)} broken links"]) + "\n")
    sys.exit(bool(found))
