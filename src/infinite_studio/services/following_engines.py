"""Which engine makes what a menu asks for: the one that the person chose where it can, else the built-in one."""

from dataclasses import dataclass

from infinite_studio.engines.base import EngineInfo, GenerationEngine
from infinite_studio.engines.registry import Registry
from infinite_studio.services.composer import Composer


@dataclass(frozen=True)
class Follower:
    """An engine that can go on from a sound; ``notice`` says why it is not the one that was chosen."""

    engine: str
    label: str
    notice: str = ""


def follower_for(chosen: str, what: str, generators: Registry[GenerationEngine]) -> Follower:
    """Return who makes a take that follows a sound; ``what`` says in the notice what is made instead."""
    usual = generators.names[0]
    if chosen not in generators.names:
        return Follower(usual, plain_label(generators.get(usual).info))
    engine = generators.get(chosen)
    label = plain_label(engine.info)
    if engine.info.missing:
        reason = f"{label} is not downloaded yet"
    elif chosen == usual or engine.info.hears_sounds or isinstance(engine, Composer):
        return Follower(chosen, label)
    else:
        reason = f"{label} follows no sounds"
    notice = f"{reason}, so the built-in composer {what}."
    return Follower(usual, plain_label(generators.get(usual).info), notice)


def plain_label(info: EngineInfo) -> str:
    """Return the label without what it says about the engine's state."""
    return info.label.split(" · ")[0]
