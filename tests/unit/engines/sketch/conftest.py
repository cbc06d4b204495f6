"""One engine for all tests of the built-in composer, and its takes made once each."""

from collections.abc import Callable

import pytest

from infinite_studio.engines.base import GenerationRequest, Take
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.progress import Silence

STYLE_NAMES = tuple(style.name for style in StyleLibrary.bundled().styles)


@pytest.fixture(scope="session")
def library() -> StyleLibrary:
    return StyleLibrary.bundled()


@pytest.fixture(scope="session")
def engine(library: StyleLibrary) -> SketchEngine:
    return SketchEngine(library)


@pytest.fixture(scope="session")
def take_of(engine: SketchEngine) -> Callable[[str], Take]:
    """Four bars of a style with seed 5, in a key of its own; made when first asked for."""
    made: dict[str, Take] = {}

    def take(style: str) -> Take:
        if style not in made:
            made[style] = engine.generate(GenerationRequest(style, bars=4, seed=5), Silence())
        return made[style]

    return take


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "style_name" in metafunc.fixturenames:
        metafunc.parametrize("style_name", STYLE_NAMES)
