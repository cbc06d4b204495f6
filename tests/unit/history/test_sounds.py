import pytest

from infinite_studio.history.library import Library, MissingObjectError, UnknownSoundError
from infinite_studio.history.values import Sound


def add(library: Library, name: str) -> Sound:
    object_id = library.put_bytes(name.encode(errors="surrogatepass"), "audio/wav").object_id
    return library.add_sound(
        name, object_id, sample_rate=48_000, n_channels=2, n_frames=10, original_file_name=f"{name}.wav"
    )


def test_sounds_are_listed_newest_first(library: Library) -> None:
    added = [add(library, name) for name in ("kick", "nicht-utf8-\udcff", "🎹" * 64)]
    assert library.sounds() == tuple(reversed(added))
    assert added[1].original_file_name == "nicht-utf8-\udcff.wav"
    assert library.sound(added[0].sound_id) == added[0]
    assert added[0].analysis is None


def test_an_analysis_is_kept_and_forgotten(library: Library) -> None:
    sound = add(library, "kick")
    analysis = {"tempo_bpm": 92.5, "key": None, "beats": [0.1, 0.2]}
    assert library.set_sound_analysis(sound.sound_id, analysis).analysis == analysis
    assert library.sounds()[0].analysis == analysis
    assert library.set_sound_analysis(sound.sound_id, None).analysis is None


def test_a_sound_can_be_renamed_and_removed_but_its_bytes_stay(library: Library) -> None:
    sound = add(library, "kick")
    assert library.rename_sound(sound.sound_id, "Kick").name == "Kick"
    library.remove_sound(sound.sound_id)
    assert library.sounds() == ()
    assert library.verify_object(sound.object_id)


def test_the_same_bytes_may_be_listed_twice(library: Library) -> None:
    first, second = add(library, "kick"), add(library, "kick")
    assert first.object_id == second.object_id
    assert len(library.sounds()) == 2


def test_unknown_sounds_and_objects_are_refused(library: Library) -> None:
    for ask in (
        lambda: library.sound("none"),
        lambda: library.remove_sound("none"),
        lambda: library.rename_sound("none", "x"),
        lambda: library.set_sound_analysis("none", {}),
    ):
        with pytest.raises(UnknownSoundError):
            ask()
    with pytest.raises(MissingObjectError):
        library.add_sound("x", "0" * 64, sample_rate=1, n_channels=1, n_frames=1)
