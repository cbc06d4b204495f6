"""A separator for tests: the way of `quick` through a sound, with masks that give every stem the same quarter."""

from dataclasses import replace

import numpy as np

from infinite_studio.engines.base import EngineInfo
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.separator import QuickSeparator

NAME = "quarters"


class QuartersSeparator(QuickSeparator):
    """Every stem is the sound at a quarter of its level."""

    stage = "Quartering"

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, name=NAME, label="Quarters", description="Four quarters of the sound.")

    def masks(self, spectra: np.ndarray, geometry: Geometry) -> tuple[np.ndarray, ...]:
        quarter = np.full((spectra.shape[0], spectra.shape[2]), 0.25, np.float32)
        return quarter, quarter, quarter
