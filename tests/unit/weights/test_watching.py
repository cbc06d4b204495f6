"""Network work that is left in the middle."""

import asyncio
import gc
import logging

import pytest

from infinite_studio.weights.watching import run_watched


def test_an_interrupt_inside_the_work_ends_it_without_noise(caplog):
    async def interrupted() -> None:
        await asyncio.sleep(0)
        raise KeyboardInterrupt

    with caplog.at_level(logging.DEBUG), pytest.raises(KeyboardInterrupt):
        run_watched(interrupted(), lambda: None)
    gc.collect()

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_whatever_looking_raises_ends_the_work():
    has_ended = []

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            has_ended.append(True)

    def look() -> None:
        raise RuntimeError("seen enough")

    with pytest.raises(RuntimeError, match="seen enough"):
        run_watched(endless(), look)
    assert has_ended == [True]
