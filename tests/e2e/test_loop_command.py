"""The verbs about loops, as a person types them."""

import itertools
import json

import numpy as np
import pytest
import soundfile
from tests.unit.looping.music_box import notes

from infinite_studio.app.main import draw_window, open_window
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.lossy import m4a_blocks
from infinite_studio.audio.writing import write_audio
from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run

RATE = 48_000


@pytest.fixture
def tune(tmp_path):
    path = tmp_path / "tune.flac"
    loop = notes(8, 1, rate=RATE)
    write_audio(path, Audio(np.concatenate([notes(2, 7, rate=RATE), loop, loop[: 3 * RATE]]), RATE))
    return path


@pytest.fixture
def typed(folders, capsys):
    def type_in(*words):
        code = run(Faces(open_window, draw_window), [str(word) for word in words])
        told = capsys.readouterr()
        values = json.loads(told.out) if "--json" in words and told.out else None
        return code, values, told

    return type_in


def test_find_lists_the_loop_with_its_seam(typed, tune):
    code, values, _ = typed("loop", "find", tune, "--json")
    best = values["candidates"][0]
    assert code == 0
    assert best["length_seconds"] == pytest.approx(4.0, abs=0.001)
    assert set(best["seam"]) == {"total", "phase", "spectrum", "loudness", "beat"}


def test_extend_finds_the_loop_and_writes_exactly_what_was_asked(typed, tune, tmp_path):
    code, values, _ = typed(
        "loop", "extend", tune, "--exact", "0:02:00", "--fade-out", "5", "-o", tmp_path / "long.wav", "--json"
    )
    assert (code, values["frames"]) == (0, 120 * RATE)
    assert soundfile.info(tmp_path / "long.wav").frames == 120 * RATE


@pytest.mark.parametrize("crossfade", ["auto", "40ms", "0.25beats", "0ms"])
def test_crossfades_are_typed_as_milliseconds_or_beats(typed, tune, tmp_path, crossfade):
    code, values, _ = typed(
        *(
            "loop",
            "extend",
            tune,
            "--repeats",
            "4",
            "--crossfade",
            crossfade,
            "-o",
            tmp_path / "x.wav",
            "--json",
        )
    )
    assert code == 0
    wanted = {"40ms": 0.04, "0.25beats": 0.125, "0ms": 0.0}
    if crossfade in wanted:
        assert values["crossfade_seconds"] == pytest.approx(wanted[crossfade], rel=0.02, abs=1e-4)


def test_a_dry_run_only_says_what_it_would_take(typed, tune, tmp_path):
    code, values, _ = typed(
        "loop", "extend", tune, "--to", "10h", "-o", tmp_path / "x.wav", "--dry-run", "--json"
    )
    assert code == 0
    assert values["duration_seconds"] >= 36_000
    assert values["expected_bytes"] >= 36_000 * RATE * 4
    assert not (tmp_path / "x.wav").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "1s"),
        ("--to", "soon"),
        ("--repeats", "2", "--crossfade", "much"),
        ("--to", "1m", "--start", "1", "--end", "99"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_a_hint(typed, tune, tmp_path, words):
    code, _, told = typed("loop", "extend", tune, *words, "-o", tmp_path / "x.wav")
    assert code == 1
    assert len(told.err.strip().splitlines()) == 2
    assert not (tmp_path / "x.wav").exists()


def test_a_living_loop_over_re_rolls_is_the_same_for_a_seed(typed, tmp_path):
    typed("project", "new", "Night")
    typed("generate", "house, 120 bpm, 1 bar", "-p", "Night", "-o", tmp_path / "take.wav")
    options = ("--exact", "15", "--pool", "3", "--apart", "1", "--seed", "5", "--json")
    words = ("loop", "living", "Night", *options)
    first = typed(*words, "-o", tmp_path / "a.flac")
    second = typed(*words, "-o", tmp_path / "b.flac", "--dry-run")
    assert first[0] == second[0] == 0
    assert first[1]["source"] == "sketch"
    assert first[1]["steps"] == second[1]["steps"]
    names = [step["name"] for step in first[1]["steps"]]
    assert len(names) == 8
    assert all(one != other for one, other in itertools.pairwise(names))
    assert soundfile.info(tmp_path / "a.flac").frames == 15 * RATE
    assert not (tmp_path / "b.flac").exists()


def test_a_living_loop_needs_something_to_walk_over(typed, tmp_path):
    typed("project", "new", "Empty")
    code, _, told = typed("loop", "living", "Empty", "--to", "1m", "-o", tmp_path / "x.wav")
    assert code == 1
    assert "Empty" in told.err


def test_a_living_loop_walks_over_versions(studio, tmp_path):
    from infinite_studio.engines.base import GenerationRequest
    from infinite_studio.looping.targets import Target
    from infinite_studio.progress import Silence
    from infinite_studio.services.committing import CommitRequest, commit_project
    from infinite_studio.services.looping_living import LivingRequest, LivingSource, plan_living, write_living
    from infinite_studio.services.projects import add_take, new_project, open_project

    project = new_project("Versions", studio)
    base = None
    for seed in (1, 2, 3):
        add_take(
            "Versions", GenerationRequest("house, 120 bpm", bars=1, seed=seed), "sketch", studio, Silence()
        )
        opened = open_project("Versions", studio)
        request = CommitRequest(
            project.repository.repository_id, opened.project, f"take {seed}", "main", base
        )
        base = commit_project(request, studio, Silence()).commit.commit_id
    opened = open_project("Versions", studio)
    request = LivingRequest(Target(repeats=9), tmp_path / "x.wav", apart=1, seed=2)
    plan = plan_living(opened, request, studio, Silence())
    written = write_living(opened, request, studio, Silence())
    assert (plan.source, plan.n_pieces, len(plan.steps)) == (LivingSource.HISTORY, 3, 9)
    assert all(one != other for one, other in zip(plan.steps, plan.steps[1:], strict=False))
    assert written.plan == plan
    assert written.verified.n_frames == round(plan.duration_seconds * RATE)


def test_a_pack_holds_sound_video_chapters_and_credits(typed, tune, tmp_path):
    import av

    picture = tmp_path / "cover.png"
    with av.open(str(picture), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "rgb24"
        frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 90, np.uint8))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    folder = tmp_path / "pack"
    code, _, told = typed(
        *("loop", "pack", tune, "-o", folder, "--title", "Rain", "--exact", "15", "--picture", picture),
        *("--start", "1", "--end", "5"),
        *("--licence", "CC BY 4.0", "--credit", "Music: someone"),
    )
    assert code == 0, told.err
    assert sorted(path.name for path in folder.iterdir()) == [
        "Rain.m4a",
        "Rain.mp4",
        "chapters.txt",
        "credits.txt",
    ]
    assert (folder / "chapters.txt").read_text().startswith("0:00:00 ")
    assert "CC BY 4.0" in (folder / "credits.txt").read_text()
    assert sum(len(block) for block in m4a_blocks(folder / "Rain.m4a")) == 15 * RATE
    with av.open(str(folder / "Rain.mp4")) as container:
        pictures = [frame.time for frame in container.decode(video=0)]
    assert pictures[0] == 0
    assert pictures[-1] > 14
    assert pictures == sorted(pictures)
