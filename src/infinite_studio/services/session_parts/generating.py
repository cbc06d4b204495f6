"""Describe a beat: what there is to choose from, what is understood, and takes made from a description."""

from infinite_studio.engines.base import EngineInfo, GenerationRequest, Understanding
from infinite_studio.errors import StudioError
from infinite_studio.services import styles
from infinite_studio.services.costs import generate_kind
from infinite_studio.services.session_parts.going_on import GoingOn
from infinite_studio.services.values import Problem, StyleInfo


class Generating(GoingOn):
    """Engines, styles and requests."""

    @property
    def generators(self) -> tuple[EngineInfo, ...]:
        """The engines that make takes, the default first."""
        generators = self.studio.generators
        return tuple(generators.get(name).info for name in generators.names)

    @property
    def styles(self) -> tuple[StyleInfo, ...]:
        """The styles that the default engine plays, by name; none while the library is not open."""
        if not self.is_open:
            return ()
        return self._guard(lambda: styles.styles_of("sketch", self.studio.generators)) or ()

    @property
    def style_problems(self) -> tuple[Problem, ...]:
        """What is wrong with a person's own style files that are left out."""
        if not self.is_open:
            return ()
        problems = self._guard(lambda: styles.style_problems("sketch", self.studio.generators)) or ()
        return tuple(Problem(str(problem), problem.hint) for problem in problems)

    def understand(self, request: GenerationRequest, engine: str = "sketch") -> Understanding | Problem:
        """Say what an engine would make of a request, at once."""
        try:
            return self.studio.generators.get(engine).understand(request)
        except StudioError as error:
            return Problem(str(error), error.hint)

    def predict_seconds(self, kind: str, size: float) -> float | None:
        """Return how long such work takes on this machine; None while nothing is known."""
        return self._jobs.predict(kind, size)

    def predict_generating(self, engine: str, seconds: float, n_takes: int) -> float | None:
        """Return how long takes of so many seconds are made on this machine; None while nothing is known."""
        at_once = self._jobs.predict(generate_kind(engine, n_takes), seconds)
        alone = self._jobs.predict(generate_kind(engine), seconds)
        return at_once if at_once is not None else None if alone is None else alone * n_takes

    def generate(self, request: GenerationRequest, engine: str = "sketch") -> int | None:
        """Make a take; it is put on the timeline in place of the last take."""
        return next(iter(self.generate_takes((request,), engine)), None)
