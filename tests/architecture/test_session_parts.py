"""The session's parts share one object: a private name belongs to one of them."""

import ast
from collections import defaultdict
from pathlib import Path

import infinite_studio.services.session_parts as parts

FOLDER = Path(parts.__file__).parent


def definitions() -> dict[str, list[tuple[str, ast.FunctionDef]]]:
    """Return every private method by name, with the parts that define it."""
    found: dict[str, list[tuple[str, ast.FunctionDef]]] = defaultdict(list)
    for path in sorted(FOLDER.glob("*.py")):
        for part in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(part, ast.ClassDef):
                for method in part.body:
                    if isinstance(method, ast.FunctionDef) and _is_private(method.name):
                        found[method.name].append((path.stem, method))
    return found


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def goes_on(method: ast.FunctionDef) -> bool:
    """Whether a method calls the one it stands in for."""
    wanted = f"super().{method.name}"
    return any(isinstance(node, ast.Attribute) and ast.unparse(node) == wanted for node in ast.walk(method))


def test_a_part_that_stands_in_for_anothers_private_method_goes_on_with_it() -> None:
    shared = {name: places for name, places in definitions().items() if len(places) > 1}
    assert shared, "the scan saw nothing"
    clashes = [
        f"{name} in {', '.join(part for part, _ in places)}"
        for name, places in shared.items()
        if sum(goes_on(method) for _, method in places) < len(places) - 1
    ]
    assert clashes == []
