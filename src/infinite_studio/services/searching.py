"""Find sounds by sound, and by words where CLAP is installed, over the library and the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.findings import Mood
from infinite_studio.analysis.mood import MOOD_WORDS, word_of
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress
from infinite_studio.services.listening import (
    keep_mood,
    known_about,
    listen_to_object,
    listen_to_path,
)
from infinite_studio.services.sound_index import SIGNAL, SoundIndex, Space, index_of
from infinite_studio.services.studio import Studio

if TYPE_CHECKING:
    from infinite_studio.engines.clap.embedder import ClapEmbedder

CLAP_WEIGHTS = "clap-music"
_PAGE = 500
_MOST_COMMITS = 5_000
_MOOD_PROMPT = "This music sounds {}."


class NothingHeardError(StudioError):
    """A sound to compare with in which there is nothing to hear."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is nothing to hear in “{name}”.", hint="Choose another sound.")


@dataclass(frozen=True)
class Place:
    """Where a stored sound is met: its name, and what it belongs to."""

    name: str
    where: str


@dataclass(frozen=True)
class Find:
    """A sound that was found, and how alike it is from 0 to 1."""

    object_id: str
    name: str
    where: str
    likeness: float


@dataclass(frozen=True)
class Finds:
    """What a search found, the most alike first; ``n_unheard`` sounds are not listened to yet."""

    query: str
    finds: tuple[Find, ...]
    n_heard: int
    n_unheard: int
    by_words: bool = False


def places(studio: Studio) -> dict[str, Place]:
    """Return every sound of the library, and every stem and mixdown of the last 5,000 commits of each project."""
    found: dict[str, Place] = {}
    for sound in studio.library.sounds():
        found.setdefault(sound.object_id, Place(sound.name, "Library"))
    for repository in studio.library.repositories():
        for object_id, place in _committed(repository.repository_id, repository.name, studio):
            found.setdefault(object_id, place)
    return found


def _committed(repository_id: str, project: str, studio: Studio) -> Iterator[tuple[str, Place]]:
    before: str | None = None
    for _ in range(_MOST_COMMITS // _PAGE):
        commits = studio.library.log(repository_id, limit=_PAGE, before=before)
        for commit in commits:
            where = f"“{commit.message.splitlines()[0] if commit.message else commit.short_id}” in {project}"
            for stem in commit.stems:
                yield stem.object_id, Place(stem.name, where)
            if commit.mixdown_object_id is not None:
                yield commit.mixdown_object_id, Place("Mixdown", where)
        if len(commits) < _PAGE:
            return
        before = commits[-1].commit_id


def has_words(studio: Studio) -> bool:
    """Whether sounds can be found by words: CLAP's weights are here."""
    return studio.weights.is_here(CLAP_WEIGHTS)


def unheard(known: Mapping[str, Place], index: SoundIndex) -> tuple[str, ...]:
    """Return the sounds that have no place in an index yet."""
    return tuple(object_id for object_id in known if object_id not in index)


def listen_to_everything(studio: Studio, progress: Progress) -> int:
    """Listen to every sound that nobody listened to yet; return how many could be. A damaged one is passed over."""
    waiting = unheard(places(studio), index_of(studio, SIGNAL))
    heard = 0
    for done, object_id in enumerate(waiting):
        part = Part(progress, done / len(waiting), (done + 1) / len(waiting))
        part.report(0.0, f"Listening to sound {done + 1} of {len(waiting)}")
        try:
            _place(object_id, studio, part)
        except StudioError:
            continue
        heard += 1
    return heard


def find_like(
    object_id: str, studio: Studio, progress: Progress, *, count: int = 24, index: SoundIndex | None = None
) -> Finds:
    """Find what sounds like a stored sound, which is listened to first where nobody did."""
    known = places(studio)
    named = known.get(object_id)
    name = named.name if named else "this sound"
    vector = _place(object_id, studio, progress)
    return _finds(name, vector, known, index or index_of(studio, SIGNAL), count, without=(object_id,))


def find_like_file(path: Path, studio: Studio, progress: Progress, *, count: int = 24) -> Finds:
    """Find what sounds like a file, which is not kept."""
    vector = listen_to_path(path, progress).fingerprint
    return _finds(path.name, vector, places(studio), index_of(studio, SIGNAL), count)


def find_words(
    words: str, embedder: "ClapEmbedder", studio: Studio, progress: Progress, *, count: int = 24
) -> Finds:
    """Find what sounds like a description; sounds that CLAP has not heard yet are listened to first.

    Raises
    ------
    MissingWeightsError
        If CLAP is not here; its sentence says how large it is.
    """
    wanted = embedder.embed_words([words])[0]
    known, index = places(studio), index_of(studio, clap_space(embedder))
    waiting = unheard(known, index)
    for done, object_id in enumerate(waiting):
        part = Part(progress, done / len(waiting), (done + 1) / len(waiting))
        try:
            _place_with_clap(object_id, embedder, index, studio, part)
        except StudioError:
            continue
    found = _finds(words, wanted, known, index, count)
    return Finds(words, found.finds, found.n_heard, found.n_unheard, by_words=True)


def clap_space(embedder: "ClapEmbedder") -> Space:
    """Return the space in which CLAP places sounds."""
    return Space("clap-music-1", embedder.n_values)


def _place(object_id: str, studio: Studio, progress: Progress) -> NDArray[np.float32]:
    """Return where a stored sound lies, and see that the index knows it."""
    listen_to_object(object_id, studio, progress)
    vector = known_about(object_id, studio).fingerprint
    if vector is None:
        return listen_to_path(studio.library.object_path(object_id), progress).fingerprint
    index = index_of(studio, SIGNAL)
    if object_id not in index and not studio.library.is_read_only:
        index.append(object_id, vector)
    return vector


def _place_with_clap(
    object_id: str, embedder: "ClapEmbedder", index: SoundIndex, studio: Studio, progress: Progress
) -> None:
    from infinite_studio.audio.reading import open_sound

    with open_sound(studio.library.object_path(object_id)) as reader:
        vector = embedder.embed_sound(reader, progress)
    if studio.library.is_read_only:
        return
    index.append(object_id, vector)
    if vector.any():
        keep_mood(object_id, mood_by_clap(vector, embedder), studio)


def mood_by_clap(vector: NDArray[np.float32], embedder: "ClapEmbedder") -> Mood:
    """Say what a sound feels like, zero-shot: the mean of the words on the circumplex, weighted by how well each fits."""
    shares = embedder.choose(vector, [_MOOD_PROMPT.format(word) for word in MOOD_WORDS])
    valence, arousal = (float(value) for value in shares @ np.array(list(MOOD_WORDS.values())))
    return Mood(round(valence, 3), round(arousal, 3), word_of(valence, arousal), source="CLAP")


def _finds(
    query: str,
    vector: NDArray[np.float32],
    known: Mapping[str, Place],
    index: SoundIndex,
    count: int,
    without: tuple[str, ...] = (),
) -> Finds:
    if not vector.any():
        raise NothingHeardError(query)
    near = index.nearest(vector, count, among=known, without=without)
    finds = tuple(
        Find(each.object_id, known[each.object_id].name, known[each.object_id].where, max(each.likeness, 0.0))
        for each in near
    )
    n_unheard = len(unheard(known, index))
    return Finds(query, finds, len(known) - n_unheard, n_unheard)
