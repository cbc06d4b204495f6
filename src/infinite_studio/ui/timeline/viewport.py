"""Which frames the timeline shows, and where."""

from dataclasses import dataclass, replace

MIN_FRAMES_PER_PIXEL = 1 / 16
SHORTEST_SPAN_SECONDS = 32.0


@dataclass(frozen=True)
class Viewport:
    """A window onto the timeline: its first frame, its zoom and its width."""

    start_frame: float = 0.0
    frames_per_pixel: float = 1_000.0
    width_px: int = 800

    @property
    def visible_frames(self) -> float:
        """How many frames fit into the width."""
        return self.frames_per_pixel * self.width_px

    @property
    def end_frame(self) -> float:
        """First frame after the right edge."""
        return self.start_frame + self.visible_frames

    def x_of(self, frame: float) -> float:
        """Pixel of a frame; negative left of the window."""
        return (frame - self.start_frame) / self.frames_per_pixel

    def frame_at(self, x: float) -> float:
        """Frame at a pixel; may be negative left of the project's beginning."""
        return self.start_frame + x * self.frames_per_pixel

    def zoomed(self, factor: float, anchor_x: float, widest: float) -> "Viewport":
        """Zoom in by a factor above 1, or out by one below, keeping the frame under `anchor_x` where it is."""
        wanted = min(max(self.frames_per_pixel / factor, MIN_FRAMES_PER_PIXEL), widest)
        start = self.frame_at(anchor_x) - anchor_x * wanted
        return replace(self, start_frame=max(start, 0.0), frames_per_pixel=wanted)

    def showing(self, start_frame: float, end_frame: float) -> "Viewport":
        """Show exactly this range."""
        span = max(end_frame - start_frame, 1.0)
        zoom = max(span / max(self.width_px, 1), MIN_FRAMES_PER_PIXEL)
        return replace(self, start_frame=max(start_frame, 0.0), frames_per_pixel=zoom)

    def scrolled_to(self, start_frame: float, content_frames: float) -> "Viewport":
        """Begin at a frame, but never scroll past the content's end."""
        last = max(content_frames - self.visible_frames, 0.0)
        return replace(self, start_frame=min(max(start_frame, 0.0), last))
