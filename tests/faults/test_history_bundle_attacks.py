import hashlib
import io
import json
import os
import random
import shutil
import stat
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infinite_studio.errors import StudioError
from infinite_studio.history import bundle_reader
from infinite_studio.history.bundle_manifest import Manifest
from infinite_studio.history.commits import content_id
from infinite_studio.history.library import DamagedBundleError, Library
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.values import CommitDraft, StemRecord
from infinite_studio.music.stems import StemType

pytestmark = pytest.mark.faults

IS_NIGHTLY = os.environ.get("STUDIO_FAULTS_LEVEL") == "N"
N_FLIPS = 500 if IS_NIGHTLY else 150
N_CUTS = 500 if IS_NIGHTLY else 60
N_BOMB_MEBIBYTES = 1024 if IS_NIGHTLY else 100
LONGEST_ANSWER_SECONDS = 10.0
Entries = list[tuple[zipfile.ZipInfo, bytes]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    with Library.open(folder / "library") as library:
        project = library.create_repository("Night").repository_id
        head = None
        for number in range(3):
            sound = library.put_bytes(bytes(range(200)) + bytes([number]), "audio/flac").object_id
            recipe = Recipe("sketch", "1", "dark", parameters={"bars": 8}, seed=number)
            draft = CommitDraft(
                f"take {number}",
                Snapshot({"number": number}, frozenset({sound})),
                84.0,
                "F minor",
                sound,
                (StemRecord(StemType.DRUMS, "Drums", sound, recipe),),
            )
            head = library.commit(project, draft, branch="main", expected_head=head).commit_id
        library.create_tag(project, "v1", str(head))
        return library.export_bundle(project, folder / "good.studio").path


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("target") / "library") as library:
        yield library


def entries_of(path: Path) -> Entries:
    with zipfile.ZipFile(path) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


def packed(entries: Entries) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return stream.getvalue()


def everything_under(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("library.db")
    }


def require_refused(target: Library, path: Path) -> StudioError:
    """Import a bad bundle; nothing may come of it but one error with a sentence and a hint."""
    around = target.folder.parent
    before = everything_under(around)
    began = time.monotonic()
    with pytest.raises(StudioError) as caught:
        target.import_bundle(path)
    assert time.monotonic() - began < LONGEST_ANSWER_SECONDS
    assert everything_under(around) == before
    assert target.repositories() == ()
    assert caught.value.hint
    return caught.value


def attack(target: Library, tmp_path: Path, data: bytes) -> None:
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / "bad.studio"
    path.write_bytes(data)
    assert isinstance(require_refused(target, path), DamagedBundleError)
    assert [each.name for each in tmp_path.iterdir()] == ["bad.studio"]


def entry(name: str, **changes: Any) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for key, value in changes.items():
        setattr(made, key, value)
    return made


STRANGE_NAMES = [
    "../evil",
    "/tmp/evil",
    "C:\\evil",
    "..\\evil",
    "objects/../../evil",
    "objects/",
    "objects/" + "a" * 63,
    "objects/" + "a" * 65,
    "objects/" + "A" * 64,
    "objects/aa/" + "a" * 64,
    "./objects/" + "a" * 64,
    "objects\\" + "a" * 64,
    "objects/" + "a" * 64 + "\n",
    "objects/" + "\uff41" * 64,
    "Manifest.json",
    "manifest.json ",
    "library.db",
    "weights.pkl",
    "",
    "x" * 60_000,
]


@pytest.mark.parametrize("name", STRANGE_NAMES, ids=lambda name: ascii(name)[:30])
def test_a_bundle_with_a_strange_name_is_refused(
    good: Path, target: Library, tmp_path: Path, name: str
) -> None:
    attack(target, tmp_path, packed([*entries_of(good), (entry(name), b"evil")]))


def test_a_name_that_hides_behind_a_zero_byte_is_refused(good: Path, target: Library, tmp_path: Path) -> None:
    hidden = "objects/" + "a" * 60 + "#.sh"
    data = packed([*entries_of(good), (entry(hidden), b"evil")])
    attack(target, tmp_path, data.replace(hidden.encode(), hidden.replace("#", "\0").encode()))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_what_is_no_plain_file_is_refused(good: Path, target: Library, tmp_path: Path, kind: int) -> None:
    entries = entries_of(good)
    entries[1][0].external_attr = (kind | 0o777) << 16
    attack(target, tmp_path, packed(entries))


def test_a_folder_by_its_old_attribute_is_refused(good: Path, target: Library, tmp_path: Path) -> None:
    entries = entries_of(good)
    entries[1][0].external_attr |= 0x10
    attack(target, tmp_path, packed(entries))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("which", [0, 1])
def test_a_name_that_comes_twice_is_refused(good: Path, target: Library, tmp_path: Path, which: int) -> None:
    entries = entries_of(good)
    attack(target, tmp_path, packed([*entries, entries[which]]))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(good: Path, target: Library, tmp_path: Path, method: int) -> None:
    entries = entries_of(good)
    entries[1][0].compress_type = method
    attack(target, tmp_path, packed(entries))


def test_an_encrypted_part_is_refused(good: Path, target: Library, tmp_path: Path) -> None:
    data = bytearray(good.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(mark) + offset] |= 1
    attack(target, tmp_path, bytes(data))


def test_a_bomb_is_refused_before_it_grows(good: Path, target: Library, tmp_path: Path) -> None:
    zeros = bytes(1 << 20)
    sha = hashlib.sha256()
    for _ in range(N_BOMB_MEBIBYTES):
        sha.update(zeros)
    name = sha.hexdigest()
    path = tmp_path / "bomb.studio"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = json.loads(entries_of(good)[0][1])
        manifest["objects"][name] = {
            "size": N_BOMB_MEBIBYTES << 20,
            "media_type": "audio/wav",
            "absent": False,
        }
        archive.writestr("manifest.json", json.dumps(manifest))
        for info, data in entries_of(good)[1:]:
            archive.writestr(info, data)
        with archive.open(f"objects/{name}", "w") as stream:
            for _ in range(N_BOMB_MEBIBYTES):
                stream.write(zeros)
    assert path.stat().st_size < 2 << 20
    assert isinstance(require_refused(target, path), DamagedBundleError)


def test_a_table_of_contents_that_grows_without_measure_is_refused(
    good: Path, target: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.studio"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("manifest.json", "w") as stream,
    ):
        for _ in range(100):
            stream.write(b" " * (1 << 20))
    assert isinstance(require_refused(target, path), DamagedBundleError)
    monkeypatch.setattr(bundle_reader, "MAX_MANIFEST_BYTES", 1000)
    attack(target, path.parent / "bad", good.read_bytes())


def test_more_than_the_disk_holds_is_refused_by_its_announced_size(
    good: Path, target: Library, tmp_path: Path
) -> None:
    entries = entries_of(good)
    manifest = json.loads(entries[0][1])
    key = next(key for key, each in manifest["objects"].items() if each["media_type"] == "audio/flac")
    manifest["objects"][key]["size"] = shutil.disk_usage(tmp_path).total * 2
    entries[0] = (entries[0][0], json.dumps(manifest).encode())
    attack(target, tmp_path, packed(entries))


@pytest.mark.parametrize("field", ["compressed", "plain", "crc", "offset"])
@pytest.mark.parametrize("change", [-1, 1, 1000, 1 << 30])
def test_sizes_and_places_that_lie_are_refused(
    good: Path, target: Library, tmp_path: Path, field: str, change: int
) -> None:
    data = bytearray(good.read_bytes())
    offset = {"crc": 16, "compressed": 20, "plain": 24, "offset": 42}[field]
    for mark in (data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")):
        lying = bytearray(data)
        (value,) = struct.unpack_from("<I", lying, mark + offset)
        struct.pack_into("<I", lying, mark + offset, (value + change) % (1 << 32))
        attack(target, tmp_path, bytes(lying))


def test_parts_that_overlap_are_refused(good: Path, target: Library, tmp_path: Path) -> None:
    entries = entries_of(good)
    manifest = json.loads(entries[0][1])
    data = bytearray(packed(entries))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    third = data.index(b"PK\x01\x02", second + 4)
    data[third + 42 : third + 46] = data[second + 42 : second + 46]
    assert len(manifest["objects"]) == 6
    attack(target, tmp_path, bytes(data))


def test_an_object_with_other_bytes_of_the_same_length_is_refused(
    good: Path, target: Library, tmp_path: Path
) -> None:
    for number in range(1, len(entries_of(good))):
        entries = entries_of(good)
        info, data = entries[number]
        entries[number] = (info, data[:-1] + bytes([data[-1] ^ 1]))
        attack(target, tmp_path, packed(entries))


def changed(good: Path, change: Callable[[dict[str, Any]], object]) -> bytes:
    entries = entries_of(good)
    manifest = json.loads(entries[0][1])
    change(manifest)
    entries[0] = (entries[0][0], json.dumps(manifest).encode())
    return packed(entries)


def make_a_cycle(manifest: dict[str, Any]) -> None:
    first, last = manifest["commits"][0], manifest["commits"][-1]
    first["parents"] = [last["id"]]


MANIFEST_CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a cycle": make_a_cycle,
    "its own parent": lambda m: m["commits"][0].update(parents=[m["commits"][0]["id"]]),
    "a lost parent": lambda m: m["commits"].pop(0),
    "children first": lambda m: m["commits"].reverse(),
    "a commit twice": lambda m: m["commits"].append(m["commits"][0]),
    "another message": lambda m: m["commits"][0].update(message="evil"),
    "another author": lambda m: m["commits"][0]["author"].update(name="Mallory"),
    "another time": lambda m: m["commits"][0].update(created="2020-01-01T00:00:00.000000+00:00"),
    "a time without a zone": lambda m: m["commits"][0].update(created="2020-01-01T00:00:00.000000"),
    "an object fewer": lambda m: m["objects"].popitem(),
    "an object more": lambda m: m["objects"].update(
        {"a" * 64: {"size": 5, "media_type": "x", "absent": False}}
    ),
    "an object called absent": lambda m: next(iter(m["objects"].values())).update(absent=True),
    "a size below zero": lambda m: next(iter(m["objects"].values())).update(size=-1),
    "a size that is true": lambda m: next(iter(m["objects"].values())).update(size=True),
    "a branch to nowhere": lambda m: m["branches"].update(other="f" * 64),
    "a tag to nowhere": lambda m: m["tags"].update(other="f" * 64),
    "an origin that is nowhere": lambda m: m["project"].update(forked_from="f" * 64),
    "a branch outside": lambda m: m["branches"].update({"../../x": m["commits"][0]["id"]}),
    "a project without a name": lambda m: m["project"].update(name="  "),
    "a project outside": lambda m: m["project"].update(id="../../../etc/passwd"),
    "an id with a line end": lambda m: m["project"].update(id=m["project"]["id"] + "\n"),
    "no version": lambda m: m.pop("bundle_version"),
    "a version that is a text": lambda m: m.update(bundle_version="one"),
}


@pytest.mark.parametrize("name", MANIFEST_CHANGES)
def test_a_table_of_contents_that_lies_is_refused(
    good: Path, target: Library, tmp_path: Path, name: str
) -> None:
    attack(target, tmp_path, changed(good, MANIFEST_CHANGES[name]))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"bundle_version": NaN}',
        b'{"bundle_version": 1, "x": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5000,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_table_of_contents_that_is_none_is_refused(
    good: Path, target: Library, tmp_path: Path, text: bytes
) -> None:
    entries = entries_of(good)
    attack(target, tmp_path, packed([(entries[0][0], text), *entries[1:]]))
    attack(target, tmp_path, packed(entries[1:]))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of a table of contents."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def test_no_value_of_a_wrong_kind_gets_through(
    good: Path, target: Library, tmp_path: Path, tell_count: Callable[[str], None]
) -> None:
    manifest = json.loads(entries_of(good)[0][1])
    harmless = {("project", "is_public"), ("project", "current_branch"), ("project", "forked_from")}
    n_refused = 0
    for path in places(manifest):
        if path[:2] in harmless or path[-1:] in {("media_type",), ("absent",)}:
            continue
        for strange in (None, 7, [], {}, "\udcff", True):

            def put(m: dict[str, Any], path: tuple[Any, ...] = path, strange: Any = strange) -> None:
                inner = m
                for key in path[:-1]:
                    inner = inner[key]
                if path:
                    inner[path[-1]] = strange
                else:
                    m.clear()

            data = changed(good, put)
            if json.loads(entries_of_bytes(data)[0][1]) != manifest and not is_emptied(path, strange):
                bad = tmp_path / "bad.studio"
                bad.write_bytes(data)
                require_refused(target, bad)
                n_refused += 1
    tell_count(f"{n_refused} wrong values refused")
    assert n_refused > 300


def is_emptied(path: tuple[Any, ...], strange: Any) -> bool:
    """Whether a change leaves a proper table of contents: another name, nothing for nothing, no branches."""
    is_name = path == ("project", "name") and strange == "\udcff"
    is_nothing = path[-1:] == ("input_object_ids",) and strange == {}
    return is_name or is_nothing or (path in {("branches",), ("tags",)} and strange == {})


def entries_of_bytes(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(each, archive.read(each)) for each in archive.infolist()]


@pytest.mark.parametrize(
    "snapshot",
    [
        b"no snapshot",
        b'{"snapshot_version":1,"document":{},"object_ids":["' + b"f" * 64 + b'"]}',
        b'{"snapshot_version":99,"document":{},"object_ids":[]}',
        b'{"snapshot_version":1,"document":{},"object_ids":[[]]}',
        b"[" * 50_000,
    ],
    ids=lambda snapshot: ascii(snapshot[:30]),
)
def test_a_commit_with_a_snapshot_that_cannot_be_used_is_refused(
    good: Path, target: Library, tmp_path: Path, snapshot: bytes
) -> None:
    entries = entries_of(good)
    manifest = json.loads(entries[0][1])
    commit = manifest["commits"][0]
    commit["snapshot"] = hashlib.sha256(snapshot).hexdigest()
    known = Manifest.from_bytes(entries[0][1]).commits[0]
    commit["id"] = content_id(replace(known, snapshot_object_id=commit["snapshot"]))
    manifest["commits"] = [commit]
    manifest["branches"], manifest["tags"] = {"main": commit["id"]}, {}
    kept = {commit["mixdown"]: manifest["objects"][commit["mixdown"]]}
    manifest["objects"] = kept | {
        commit["snapshot"]: {"size": len(snapshot), "media_type": "x", "absent": False}
    }
    sound = next(each for each in entries if each[0].filename == f"objects/{commit['mixdown']}")
    bad = [
        (entry("manifest.json"), json.dumps(manifest).encode()),
        sound,
        (entry(f"objects/{commit['snapshot']}"), snapshot),
    ]
    path = tmp_path / "bad.studio"
    path.write_bytes(packed(bad))
    require_refused(target, path)


def test_a_bundle_that_was_cut_off_anywhere_is_refused(good: Path, target: Library, tmp_path: Path) -> None:
    data = good.read_bytes()
    for number in range(N_CUTS):
        attack(target, tmp_path, data[: len(data) * number // N_CUTS])


def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(
    good: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, tell_count: Callable[[str], None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    data = good.read_bytes()
    with Library.open(tmp_path_factory.mktemp("whole") / "library") as whole:
        whole.import_bundle(good)
        (project,) = whole.repositories()
        expected = (whole.log(project.repository_id), whole.branches(project.repository_id))
    empty = tmp_path / "empty"
    Library.open(empty).close()
    n_refused = 0
    library = Library.open(empty)
    for number in range(N_FLIPS):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / "flipped.studio"
        path.write_bytes(flipped)
        try:
            library.import_bundle(path)
        except StudioError:
            n_refused += 1
            assert library.repositories() == (), f"seed {seed}"
            assert not list((library.folder / "objects").glob("*/*")), f"seed {seed}"
            continue
        (found,) = library.repositories()
        logs = (library.log(found.repository_id), library.branches(found.repository_id))
        assert [each.commit_id for each in logs[0]] == [each.commit_id for each in expected[0]], (
            f"seed {seed}"
        )
        library.close()
        fresh = tmp_path / f"again-{number}"
        Library.open(fresh).close()
        library = Library.open(fresh)
    library.close()
    tell_count(f"seed {seed}: {N_FLIPS} flipped bits, {n_refused} refused, the others changed nothing")
    assert n_refused > N_FLIPS / 2
