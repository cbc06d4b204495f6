"""Runs network work so that it can be left within a fraction of a second, whatever the network does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.1
FAREWELL_SECONDS = 0.5


def run_watched(work: Coroutine[Any, Any, T], look: Callable[[], None]) -> T:
    """Run a coroutine in this thread, calling ``look`` ten times a second; whatever that raises ends the work."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_watched(work, look))
    finally:
        # Not asyncio.run, which would wait for a name look-up that nothing can interrupt.
        _dismiss(loop)
        loop.close()


async def _watched(work: Coroutine[Any, Any, T], look: Callable[[], None]) -> T:
    task = asyncio.ensure_future(work)
    # Ctrl+C may strike inside the work, which nobody asks for its result then: asyncio would complain of that.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    while not task.done():
        await asyncio.wait({task}, timeout=LOOK_SECONDS)
        look()
    return task.result()


def _dismiss(loop: asyncio.AbstractEventLoop) -> None:
    """Let what is still under way close its connections and files, but not for long."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=FAREWELL_SECONDS))
    loop.run_until_complete(loop.shutdown_asyncgens())
