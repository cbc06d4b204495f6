import subprocess

import pytest

from infinite_studio.history.names import InvalidNameError, checked_branch_name, checked_name, name_key

BRANCH_NAMES = [
    ("main", True),
    ("slower-drums", True),
    ("ideas/late night".replace(" ", "-"), True),
    ("übung", True),
    ("🎹", True),
    ("a.b", True),
    ("x@y", True),
    ("a{b", True),
    ("", False),
    ("@", False),
    ("two words", False),
    ("-dash", False),
    (".hidden", False),
    ("a/.hidden", False),
    ("end.", False),
    ("end/", False),
    ("/begin", False),
    ("a//b", False),
    ("a..b", False),
    ("a@{b", False),
    ("a.lock", False),
    ("a.lock/b", False),
    ("tab\tx", False),
    ("del\x7f", False),
    ("a~1", False),
    ("a^", False),
    ("a:b", False),
    ("a?", False),
    ("a*", False),
    ("a[", False),
    ("a\\b", False),
]


@pytest.mark.parametrize(("name", "is_allowed"), BRANCH_NAMES)
def test_branch_names_follow_git(name: str, is_allowed: bool) -> None:
    if is_allowed:
        assert checked_branch_name(name) == name
    else:
        with pytest.raises(InvalidNameError) as caught:
            checked_branch_name(name)
        assert caught.value.hint


@pytest.mark.parametrize(("name", "is_allowed"), BRANCH_NAMES)
def test_the_table_of_branch_names_agrees_with_git_itself(name: str, is_allowed: bool) -> None:
    try:
        answer = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    stricter_than_refs = name.startswith("-") or name == "@"
    assert (answer.returncode == 0 and not stricter_than_refs) == is_allowed


def test_a_branch_name_of_bytes_that_are_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidNameError):
        checked_branch_name("a\udcff")


def test_names_lose_the_space_around_them_and_nothing_else() -> None:
    assert checked_name("  -CON\n🎹 \u202eabc\t") == "-CON\n🎹 \u202eabc"


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "x" * 201])
def test_empty_and_overlong_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidNameError):
        checked_name(name)


def test_names_that_look_the_same_have_the_same_key() -> None:
    assert name_key("CAFE\u0301") == name_key("caf\u00e9")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("night") != name_key("nights")
