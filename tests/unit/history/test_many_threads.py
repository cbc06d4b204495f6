from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.unit.history.drafts import commit_on, draft_of

from infinite_studio.history.library import BranchMovedError, Library
from infinite_studio.history.values import Commit


def test_two_writers_and_two_readers_never_disturb_each_other(library: Library) -> None:
    projects = [library.create_repository(name).repository_id for name in ("left", "right")]

    def write(project: str) -> list[Commit]:
        return [commit_on(library, project, f"{project} {number}") for number in range(25)]

    def read(project: str) -> int:
        lengths = [len(library.log(project)) for _ in range(40)]
        assert lengths == sorted(lengths)
        return lengths[-1]

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, project) for project in projects]
        readers = [pool.submit(read, project) for project in projects]
        written = [writer.result() for writer in writers]
        for reader in readers:
            reader.result()
    for project, made in zip(projects, written, strict=True):
        assert library.log(project) == tuple(reversed(made))


def test_of_many_that_expect_the_same_head_exactly_one_moves_it(library: Library) -> None:
    project = library.create_repository("Night").repository_id
    root = commit_on(library, project, "root")
    drafts = [draft_of(library, str(number)) for number in range(8)]

    def attempt(number: int) -> Commit | None:
        try:
            return library.commit(project, drafts[number], branch="main", expected_head=root.commit_id)
        except BranchMovedError:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [made for made in pool.map(attempt, range(8)) if made is not None]
    assert len(won) == 1
    assert library.log(project) == (won[0], root)


@pytest.mark.parametrize("size_bytes", [10, 3_000_000])
def test_the_same_bytes_put_by_many_threads_are_kept_once(library: Library, size_bytes: int) -> None:
    data = b"\x07" * size_bytes
    with ThreadPoolExecutor(4) as pool:
        stored = set(pool.map(lambda _: library.put_bytes(data, "audio/flac"), range(8)))
    assert len(stored) == 1
    assert [path.name for path in (library.folder / "objects").rglob("*") if path.is_file()] == [
        stored.pop().object_id
    ]
