"""What the transport plays: the project, or one sound that a person wants to hear alone."""

from collections.abc import Callable

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.mixing import Program, Segment, Strip
from infinite_studio.project.mixdown import program_of
from infinite_studio.project.model import Project
from infinite_studio.services.sound_bank import SoundBank
from infinite_studio.soundcard.state import TransportState
from infinite_studio.soundcard.transport import Transport

AUDITION_STRIP = "audition"
AB_STRIP = "ab"


class Playback:
    """Keeps the transport's program in step with the project.

    Auditioning a sound sets the project aside; stopping brings it back where the playhead was. While two
    versions are compared, one of their mixdowns stands in for the project at the same place.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._project: Program | None = None
        self._project_frame = 0
        self._auditioned: str | None = None
        self._ab: tuple[Samples, Samples] | None = None
        self._ab_hears_b = False
        self._sample_rate = 0

    @property
    def auditioned_object_id(self) -> str | None:
        """The sound that is heard alone now."""
        return self._auditioned

    @property
    def state(self) -> TransportState:
        """What the transport does and through which card."""
        return self._transport.state()

    @property
    def is_playing(self) -> bool:
        """Whether the project is heard; auditions do not count."""
        return self._transport.is_playing and self._auditioned is None

    @property
    def playhead_frame(self) -> int:
        """Where the project is heard now."""
        return self._project_frame if self._auditioned is not None else self._transport.playhead_frame

    def levels(self) -> dict[str, float]:
        """Return the peaks since the last call by track id and ``master``, linear."""
        return self._transport.levels()

    def show(self, project: Project, bank: SoundBank | None) -> None:
        """Let the transport play this state of the project from now on."""
        samples_of = bank.samples if bank is not None else (lambda _: None)
        self._project = program_of(project, samples_of)
        if self._auditioned is None and self._ab is None:
            self._transport.load(self._project)

    def prepare(self) -> None:
        """Open the sound card in the background, so that the first play is quick."""
        self._transport.prepare()

    def play_or_stop(self) -> None:
        """Play the project from the playhead, or stop whatever is heard."""
        if self._auditioned is not None:
            self.end_audition()
        elif self._transport.is_playing:
            self._transport.stop()
        else:
            program = self._program()
            if program is not None and self._transport.playhead_frame >= program.length_frames:
                self._transport.seek(0)
            self._transport.play()

    def stop(self) -> None:
        """Stop whatever is heard."""
        self.end_audition()
        self._transport.stop()

    def seek(self, frame: int) -> None:
        """Move the project's playhead."""
        self.end_audition()
        self._transport.seek(max(0, frame))

    def audition(self, object_id: str, bank: SoundBank) -> None:
        """Hear one sound alone; a second call with the same sound stops it."""
        was = self._auditioned
        self.stop()
        samples = bank.samples(object_id)
        if was == object_id or samples is None:
            return
        self.audition_samples(object_id, samples, bank.sample_rate)

    def audition_samples(self, name: str, samples: Samples, sample_rate: int) -> None:
        """Hear a sound alone that is no object, under a name that `auditioned_object_id` then tells."""
        self.stop()
        self._project_frame = self._transport.playhead_frame
        strip = Strip(AUDITION_STRIP, (Segment(samples, 0),))
        self._auditioned = name
        self._transport.load(Program(sample_rate, (strip,), int(samples.shape[0])))
        self._transport.seek(0)
        self._transport.play()

    @property
    def audition_frame(self) -> int:
        """Which frame of an auditioned sound is heard now; 0 while none is."""
        return self._transport.playhead_frame if self._auditioned is not None else 0

    @property
    def input_holds(self) -> tuple[Callable[[], None], Callable[[], None]]:
        """What keeps the device list still while a microphone is open, and what lets it go again."""
        return self._transport.keeper.hold, self._transport.keeper.release

    def look_again(self) -> None:
        """Look for devices anew, where nothing plays and no microphone is open."""
        self._transport.look_again()

    def end_audition(self) -> bool:
        """Bring the project back after an audition; return whether there was one."""
        if self._auditioned is None:
            return False
        self._auditioned = None
        self._transport.stop()
        program = self._program()
        if program is not None:
            self._transport.load(program)
        self._transport.seek(self._project_frame)
        return True

    @property
    def ab_hears_b(self) -> bool | None:
        """Which of two compared versions is heard; None while none are compared."""
        return None if self._ab is None else self._ab_hears_b

    def ab_start(self, a: Samples, b: Samples, sample_rate: int) -> None:
        """Let the mixdown of one version, then of another, stand in for the project; the playhead goes on."""
        self.end_audition()
        self._ab, self._ab_hears_b, self._sample_rate = (a, b), False, sample_rate
        self._load()

    def ab_toggle(self) -> None:
        """Hear the other version from the same frame on."""
        if self._ab is not None:
            self._ab_hears_b = not self._ab_hears_b
            if self._auditioned is None:
                self._load()

    def ab_stop(self) -> None:
        """Bring the project back; the playhead goes on."""
        if self._ab is not None:
            self._ab = None
            if self._auditioned is None:
                self._load()

    def _load(self) -> None:
        program = self._program()
        if program is not None:
            self._transport.load(program)

    def _program(self) -> Program | None:
        """Return what is heard when nothing is auditioned: a compared version, else the project."""
        if self._ab is None:
            return self._project
        strip = Strip(AB_STRIP, (Segment(self._ab[self._ab_hears_b], 0),))
        n_frames = max(len(samples) for samples in self._ab)
        loop = self._project.loop if self._project is not None else None
        fits = loop is not None and loop[1] <= n_frames
        return Program(self._sample_rate, (strip,), n_frames, loop if fits else None)

    def audition_is_over(self) -> bool:
        """Whether an auditioned sound has come to its end."""
        return self._auditioned is not None and not self._transport.is_playing

    def output_devices(self) -> tuple[str, ...]:
        """Return the names of the outputs that may be chosen."""
        return tuple(dict.fromkeys(device.name for device in self._transport.devices()))

    def choose_output(self, name: str) -> None:
        """Play through another output from now on; empty means the system's default."""
        self._transport.choose_device(name)

    def close(self) -> None:
        """Let go of the sound card."""
        self._transport.close()
