"""What a bundle says about itself: a project, its commits and the objects that they need."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from infinite_studio.errors import StudioError
from infinite_studio.history.columns import iso_utc
from infinite_studio.history.commits import COMMIT_VERSION, commit_content, content_id
from infinite_studio.history.names import checked_branch_name, checked_name
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import canonical_json
from infinite_studio.history.values import Commit, StemRecord, StoredObject, User
from infinite_studio.music.stems import StemType

BUNDLE_VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REPOSITORY_ID = re.compile(r"[0-9a-f]{32}")


class BadManifestError(ValueError):
    """A manifest that is not what it should be; `bundle` tells the person."""


class NewerManifestError(BadManifestError):
    """A manifest of a bundle version that is unknown here."""


@dataclass(frozen=True)
class Manifest:
    """A bundle's table of contents.

    Parameters
    ----------
    repository_id, name, current_branch : str
        As in `RepositoryInfo`.
    is_public : bool
        As in `RepositoryInfo`.
    forked_from : str or None
        As in `RepositoryInfo`, where the bundle holds that commit.
    branches, tags : Mapping of str to str
        Names and the commits they are at.
    commits : tuple of Commit
        Parents before their children.
    objects : Mapping of str to StoredObject
        Every object that a commit needs; the absent ones are only named.
    """

    repository_id: str
    name: str
    current_branch: str
    is_public: bool
    forked_from: str | None
    branches: Mapping[str, str]
    tags: Mapping[str, str]
    commits: tuple[Commit, ...]
    objects: Mapping[str, StoredObject]

    def to_bytes(self) -> bytes:
        """Return its canonical form."""
        return canonical_json(
            {
                "bundle_version": BUNDLE_VERSION,
                "project": {
                    "id": self.repository_id,
                    "name": self.name,
                    "current_branch": self.current_branch,
                    "is_public": self.is_public,
                    "forked_from": self.forked_from,
                },
                "branches": dict(self.branches),
                "tags": dict(self.tags),
                "commits": [{"id": each.commit_id, **commit_content(each)} for each in self.commits],
                "objects": {
                    each.object_id: {
                        "size": each.size_bytes,
                        "media_type": each.media_type,
                        "absent": each.is_absent,
                    }
                    for each in self.objects.values()
                },
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Read a manifest and check that it is whole: every commit hashes to its id, every name is known.

        Raises
        ------
        BadManifestError
            If it is not; the text says what is wrong.
        """
        try:
            values = json.loads(data, parse_constant=_no_constant)
            if _whole_number(values["bundle_version"]) > BUNDLE_VERSION:
                raise NewerManifestError("it was made by a newer Infinite Studio")
            manifest = _manifest(values)
        except BadManifestError:
            raise
        except (StudioError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadManifestError("its table of contents cannot be read") from error
        _require_whole(manifest)
        return manifest


def _no_constant(name: str) -> NoReturn:
    raise BadManifestError(f"its table of contents holds {name}")


def _manifest(values: Mapping[str, Any]) -> Manifest:
    project = values["project"]
    objects = {_sha256(object_id): _object(object_id, each) for object_id, each in values["objects"].items()}
    return Manifest(
        repository_id=_matching(_REPOSITORY_ID, project["id"]),
        name=checked_name(_text(project["name"])),
        current_branch=checked_branch_name(_text(project["current_branch"])),
        is_public=project["is_public"] is True,
        forked_from=None if project["forked_from"] is None else _sha256(project["forked_from"]),
        branches={checked_branch_name(name): _sha256(tip) for name, tip in values["branches"].items()},
        tags={checked_branch_name(name): _sha256(tip) for name, tip in values["tags"].items()},
        commits=tuple(_commit(each, project["id"]) for each in _list(values["commits"])),
        objects=objects,
    )


def _commit(values: Mapping[str, Any], repository_id: str) -> Commit:
    if _whole_number(values["commit_version"]) != COMMIT_VERSION:
        raise BadManifestError("a commit has a version that is unknown here")
    created = datetime.fromisoformat(values["created"])
    if iso_utc(created) != values["created"]:
        raise BadManifestError("a commit has no proper time")
    tempo_bpm = values["tempo_bpm"]
    commit = Commit(
        commit_id=_sha256(values["id"]),
        repository_id=repository_id,
        parent_ids=tuple(_sha256(parent) for parent in _list(values["parents"])),
        author=User(_text(values["author"]["name"]), _text(values["author"]["email"])),
        created=created,
        message=_text(values["message"]),
        tempo_bpm=None if tempo_bpm is None else float(tempo_bpm),
        key=None if values["key"] is None else _text(values["key"]),
        snapshot_object_id=_sha256(values["snapshot"]),
        mixdown_object_id=None if values["mixdown"] is None else _sha256(values["mixdown"]),
        stems=tuple(_stem(each) for each in _list(values["stems"])),
    )
    if content_id(commit) != commit.commit_id:
        raise BadManifestError(f"the commit {commit.short_id} is not what its id says")
    return commit


def _stem(values: Mapping[str, Any]) -> StemRecord:
    recipe = values["recipe"]
    return StemRecord(
        stem_type=StemType(values["type"]),
        name=_text(values["name"]),
        object_id=_sha256(values["object"]),
        recipe=None if recipe is None else Recipe.from_json(recipe),
    )


def _object(object_id: str, values: Mapping[str, Any]) -> StoredObject:
    size_bytes = _whole_number(values["size"])
    return StoredObject(object_id, size_bytes, _text(values["media_type"]), values["absent"] is True)


def _require_whole(manifest: Manifest) -> None:
    known: set[str] = set()
    for commit in manifest.commits:
        if commit.commit_id in known or len({*commit.parent_ids}) != len(commit.parent_ids):
            raise BadManifestError("a commit is in it twice")
        if not known.issuperset(commit.parent_ids):
            raise BadManifestError(f"the commit {commit.short_id} comes before its parent")
        known.add(commit.commit_id)
        named = {commit.snapshot_object_id, *(stem.object_id for stem in commit.stems)}
        if not named | ({commit.mixdown_object_id} - {None}) <= manifest.objects.keys():
            raise BadManifestError(f"the commit {commit.short_id} needs an object that it does not name")
    tips = {*manifest.branches.values(), *manifest.tags.values(), manifest.forked_from} - {None}
    if not tips <= known:
        raise BadManifestError("a branch or tag is at a commit that it does not hold")


def _whole_number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadManifestError("a number of its table of contents is none")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise BadManifestError("a list of its table of contents is none")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadManifestError("a text of its table of contents is none")
    return value


def _sha256(value: object) -> str:
    return _matching(_SHA256, value)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if pattern.fullmatch(_text(value)) is None:
        raise BadManifestError("an id of its table of contents is none")
    return str(value)
