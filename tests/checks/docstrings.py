"""Checks the public docstrings of the sound rooms against numpydoc's rules."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator

from numpydoc.validate import validate

ROOMS = ("audio", "music", "history", "project", "analysis")
MODULES = ("engines.base",)
CHECKS = {
    "GL01", "GL03", "GL05", "GL06", "GL07", "GL08", "SS01", "SS02", "SS03", "SS05", "PR01", "PR02", "PR03", "PR04", "PR05",
    "PR07", "PR10", "RT03",
}  # fmt: skip
"""Structure, summary and parameters: what numpydoc can judge without an opinion about prose.

PR01 (a parameter without a description) counts only where the docstring has a Parameters section at all, so
that a small function may say everything in its summary.
"""
IGNORED_MODULES = ("infinite_studio.history.migrations",)


def problems() -> list[str]:
    """Return one line for each rule that a public name breaks."""
    return [line for name in sorted(set(_public_names())) for line in _problems_of(name)]


def _problems_of(name: str) -> list[str]:
    result = validate(name)
    counted = [(code, text) for code, text in result["errors"] if code in CHECKS]
    if "Parameters" not in (result["docstring"] or ""):
        counted = [(code, text) for code, text in counted if code not in {"PR01", "RT03"}]
    return [f"{name}: {code} {text}" for code, text in counted]


def _public_names() -> Iterator[str]:
    for module_name in _module_names():
        module = importlib.import_module(module_name)
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", None) == module_name
            if not name.startswith("_") and is_own and (inspect.isclass(value) or inspect.isfunction(value)):
                yield f"{module_name}.{name}"


def _module_names() -> Iterator[str]:
    yield from (f"infinite_studio.{module}" for module in MODULES)
    for room in ROOMS:
        package = importlib.import_module(f"infinite_studio.{room}")
        for info in pkgutil.walk_packages(package.__path__, f"infinite_studio.{room}."):
            if not info.name.startswith(IGNORED_MODULES) and not info.ispkg:
                yield info.name


if __name__ == "__main__":
    found = problems()
    sys.stdout.write("\n".join([*found, f"{len(found)} docstring problems"]) + "\n")
    sys.exit(bool(found))
