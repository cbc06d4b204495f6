"""What the history tests commit."""

from infinite_studio.history.library import Library
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import Commit, CommitDraft, StemRecord
from infinite_studio.music.stems import StemType

RECIPE = Recipe(
    "sketch", "1", "dark trap", parameters={"bars": 8, "swing": 0.25}, seed=7, input_object_ids=("a" * 64,)
)


def draft_of(library: Library, content: str = "kick", message: str = "A beat") -> CommitDraft:
    """Store a sound and return a draft that uses it as mixdown and as a stem."""
    object_id = library.put_bytes(content.encode(errors="surrogatepass"), "audio/flac").object_id
    return CommitDraft(
        message,
        Snapshot({"name": content, "tracks": [{"object": object_id}]}, frozenset({object_id})),
        tempo_bpm=140,
        key="F minor",
        mixdown_object_id=object_id,
        stems=(StemRecord(StemType.DRUMS, "Drums", object_id, RECIPE),),
    )


def commit_on(
    library: Library, repository_id: str, content: str = "kick", branch: str = "main", message: str = "A beat"
) -> Commit:
    """Commit at the present tip of a branch."""
    tips = {found.name: found.commit_id for found in library.branches(repository_id)}
    draft = draft_of(library, content, message)
    return library.commit(repository_id, draft, branch=branch, expected_head=tips.get(branch))
