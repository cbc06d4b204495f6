from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.unit.history.drafts import RECIPE, draft_of

from infinite_studio.history.library import Library, UnknownRepositoryError
from infinite_studio.history.searching import search_terms
from infinite_studio.history.values import Commit, StemRecord, User
from infinite_studio.music.stems import StemType


def commit(library: Library, project: str, message: str, **changes: object) -> Commit:
    head = library.head(project)
    draft = replace(draft_of(library, message), message=message, **changes)
    expected = None if head is None else head.commit_id
    return library.commit(project, draft, branch="main", expected_head=expected)


def found(library: Library, text: str, **options: object) -> list[str]:
    return [each.message for each in library.search(text, **options)]


def fill(library: Library) -> None:
    library.set_user(User("Ada Lovelace", "ada@example.org"))
    made = library.create_repository("Night").repository_id
    flute = StemRecord(StemType.MELODY, "Querflöte", library.put_bytes(b"x", "audio/flac").object_id)
    warm = replace(RECIPE, prompt="warm Rhodes chords", engine="quick")
    drums = replace(flute, stem_type=StemType.DRUMS, name="Drums", recipe=warm)
    commit(library, made, "Louder snare", tempo_bpm=84, key="F minor", stems=())
    commit(library, made, "Café take 12", tempo_bpm=184, key="F# major", stems=(flute,))
    commit(library, made, "84 bars of rain", tempo_bpm=89.96, key=None, stems=(drums,))
    commit(library, made, "\udcff 🎹", tempo_bpm=None, key="Bb minor", stems=())


@pytest.fixture
def project(library: Library) -> str:
    return library.repository("Night").repository_id


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, str]]:
    """A library that is only read, with its project."""
    with Library.open(tmp_path_factory.mktemp("searched")) as library:
        yield library, fill(library)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("snare", ["Louder snare"]),
        ("SNARE louder", ["Louder snare"]),
        ("nare", ["Louder snare"]),
        ("cafe", ["Café take 12"]),
        ("CAFÉ", ["Café take 12"]),
        ("84", ["84 bars of rain", "Louder snare"]),
        ("84 bpm", ["Louder snare"]),
        ("84bpm", ["Louder snare"]),
        ("90 bpm", ["84 bars of rain"]),
        ("89.96 bpm", ["84 bars of rain"]),
        ("4", []),
        ("take 12", ["Café take 12"]),
        ("f minor", ["Louder snare"]),
        ("F♯ major", ["Café take 12"]),
        ("B♭ minor", ["\udcff 🎹"]),
        ("minor", ["\udcff 🎹", "Louder snare"]),
        ("querflote", ["Café take 12"]),
        ("melody", ["Café take 12"]),
        ("warm rhodes", ["84 bars of rain"]),
        ("quick", ["84 bars of rain"]),
        ("🎹", ["\udcff 🎹"]),
        ("\udcff", ["\udcff 🎹"]),
        ("ada@example.org snare", ["Louder snare"]),
        ("nothing like this", []),
        ("100% '\" ; --", []),
    ],
)
def test_commits_are_found_by_what_a_musician_remembers(
    searched: tuple[Library, str], text: str, messages: list[str]
) -> None:
    library, project = searched
    assert found(library, text) == messages
    assert found(library, text, repository_id=project) == messages


def test_every_commit_is_found_by_its_author_newest_first(library: Library, project: str) -> None:
    everything = ["\udcff 🎹", "84 bars of rain", "Café take 12", "Louder snare"]
    assert found(library, "lovelace") == found(library, "") == found(library, "  ") == everything
    assert found(library, "lovelace", limit=2) == everything[:2]
    assert found(library, "", limit=0) == []


def test_commits_are_found_by_their_tags(library: Library, project: str) -> None:
    first = library.search("snare")[0]
    library.create_tag(project, "Mix-7/final", first.commit_id)
    assert (
        found(library, "final")
        == found(library, "mix 7")
        == found(library, "snare final")
        == ["Louder snare"]
    )
    assert found(library, "mix 8") == []
    library.delete_tag(project, "Mix-7/final")
    assert found(library, "final") == []


def test_a_search_in_one_project_sees_what_it_goes_on_from_and_no_other(
    library: Library, project: str
) -> None:
    origin = library.search("café")[0]
    fork = library.fork(origin.commit_id, "Fork").repository_id
    commit(library, fork, "Forked snare")
    library.create_tag(project, "secret", origin.commit_id)
    assert found(library, "snare") == ["Forked snare", "Louder snare"]
    assert found(library, "snare", repository_id=fork) == ["Forked snare", "Louder snare"]
    assert found(library, "rain", repository_id=fork) == []
    assert found(library, "forked", repository_id=project) == []
    assert found(library, "secret", repository_id=fork) == []
    with pytest.raises(UnknownRepositoryError):
        library.search("x", repository_id="nobody")


def test_a_very_long_search_looks_only_for_its_first_words(library: Library, project: str) -> None:
    assert found(library, " ".join(["snare"] * 5000)) == ["Louder snare"]


def test_tempo_and_key_are_phrases_and_numbers_whole() -> None:
    terms = list(search_terms("Dark 84 BPM in a minor v2 x"))
    assert terms == [" 84 bpm ", " a minor ", "dark", "in", " v ", " 2 ", " x "]
