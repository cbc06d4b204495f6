"""Options survive restarts, newer versions and damage."""

import json
from dataclasses import fields, replace

import pytest

from infinite_studio.settings.settings import Settings, SettingsNotSavedError, SettingsStore


def test_without_a_file_everything_is_standard(tmp_path):
    store = SettingsStore(tmp_path / "settings.json")
    assert store.load() == Settings()
    assert store.notice == ""


def test_what_was_saved_is_loaded_again(tmp_path):
    chosen = replace(Settings(), theme="light", output_device="Zoë 🎹", left_open=False, left_width=444)
    SettingsStore(tmp_path / "deep" / "settings.json").save(chosen)
    assert SettingsStore(tmp_path / "deep" / "settings.json").load() == chosen


def test_options_of_a_newer_version_survive_a_round_trip(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "dark", "hologram": {"depth": 3}}))
    store = SettingsStore(path)
    store.save(replace(store.load(), theme="light"))
    assert json.loads(path.read_text())["hologram"] == {"depth": 3}
    assert json.loads(path.read_text())["theme"] == "light"


@pytest.mark.parametrize("damage", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe\x00garbage"])
def test_a_damaged_file_is_set_aside_and_told(tmp_path, damage):
    path = tmp_path / "settings.json"
    path.write_bytes(damage)
    store = SettingsStore(path)
    assert store.load() == Settings()
    assert "damaged" in store.notice
    assert (tmp_path / "settings.damaged.json").read_bytes() == damage
    store.save(Settings())
    assert store.load() == Settings()
    assert store.notice == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("right_width", "big"),
        ("right_width", 4000),
        ("left_open", 1),
        ("left_width", True),
        ("left_width", -5),
        ("left_width", 2.5),
        ("output_device", None),
        ("export_format", "exe"),
    ],
)
def test_an_unusable_value_costs_only_itself(tmp_path, name, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"last_project": "Night", name: value}))
    store = SettingsStore(path)
    assert store.load() == replace(Settings(), last_project="Night")
    assert name in store.notice


def test_saving_where_nothing_can_be_written_is_a_sentence_and_keeps_the_old_file(tmp_path):
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(SettingsNotSavedError) as caught:
        SettingsStore(tmp_path / "config" / "settings.json").save(Settings())
    assert str(caught.value).endswith(".")
    assert caught.value.hint


def test_saving_leaves_no_temporary_files(tmp_path):
    store = SettingsStore(tmp_path / "settings.json")
    for width in range(300, 320):
        store.save(replace(Settings(), left_width=width))
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


def test_every_option_accepts_its_own_default(tmp_path):
    store = SettingsStore(tmp_path / "settings.json")
    store.save(Settings())
    assert store.load() == Settings()
    assert store.notice == ""
    assert {option.name for option in fields(Settings)} == set(
        json.loads((tmp_path / "settings.json").read_text())
    )
