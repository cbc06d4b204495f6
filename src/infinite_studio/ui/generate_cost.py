"""What a take of a network will cost before it is begun: memory and disk, in words; the time stands on the button."""

from infinite_studio.services.costs import disk_bytes, memory_bytes
from infinite_studio.ui.kit.time_text import bytes_text

UNKNOWN_TIME = "The first take shows how fast it is here."


def cost_text(engine: str, seconds: float, n_takes: int) -> str:
    """Return memory and disk in words; empty for an engine that needs little of both."""
    needed = memory_bytes(engine)
    if not needed:
        return ""
    return f"Takes about {bytes_text(needed)} of memory, {bytes_text(disk_bytes(seconds, n_takes))} on disk"


def no_disk_text(seconds: float, n_takes: int, free_bytes: int) -> str:
    """Return why there is no room for takes; empty where there is, or where nobody can tell."""
    needed = disk_bytes(seconds, n_takes)
    if not free_bytes or free_bytes >= needed:
        return ""
    return (
        f"It needs up to {bytes_text(needed)}, and {bytes_text(free_bytes)} are free where the library lies."
    )
