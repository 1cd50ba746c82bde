"""A profile as TOML: what is written is what is read, and every field is explained."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from proxx_engine import (
    ProfileError,
    ProfileSpec,
    adjust_profile,
    find_profile,
    load_profiles,
    profile_text,
    read_profile,
    write_profile,
)

NAMES = [profile.name for profile in load_profiles()]


@pytest.mark.parametrize("explained", [False, True], ids=["plain", "explained"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_what_is_read(name: str, explained: bool) -> None:
    profile = find_profile(name)
    text = profile_text(profile, explained=explained)
    assert read_profile(text.encode(), name="mine.toml") == profile


def test_every_field_is_there_and_those_with_choices_name_them() -> None:
    text = profile_text(find_profile("h264"), explained=True)
    for name in ProfileSpec.model_fields:
        assert f"{name} = " in text or f"# {name}: not set" in text or f"[{name}]" in text
    assert "Allowed: keep, conform, refuse." in text
    assert all(len(line) <= 100 for line in text.splitlines() if line.startswith("#"))


def test_a_new_profile_starts_from_another_and_says_so(tmp_path: Path) -> None:
    path = write_profile(find_profile("h264"), name="dailies", folder=tmp_path)
    made = find_profile(str(path))
    assert path.name == "dailies.toml"
    assert made.name == "dailies"
    assert made.video == find_profile("h264").video
    assert "h264" in made.why


def test_a_new_profile_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "dailies.toml").write_text("mine")
    with pytest.raises(FileExistsError):
        write_profile(find_profile("h264"), name="dailies", folder=tmp_path)
    assert (tmp_path / "dailies.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("h264", "SPEC_BAD_NAME", id="the name of a profile that comes with Proxx"),
        pytest.param("My Look", "SPEC_BAD_TEXT", id="a space and capitals"),
        pytest.param("../x", "SPEC_BAD_TEXT", id="a path"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_written(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(ProfileError) as caught:
        write_profile(find_profile("h264"), name=name, folder=tmp_path)
    assert [issue.code for issue in caught.value.issues] == [code]
    assert not list(tmp_path.iterdir())


def test_what_a_person_asks_for_otherwise_is_checked_as_a_whole() -> None:
    adjusted = adjust_profile(find_profile("h264"), variable_frame_rate="refuse")
    assert adjusted.variable_frame_rate == "refuse"
    assert adjusted.name == "h264"
    with pytest.raises(ProfileError) as caught:
        adjust_profile(
            find_profile("h264"),
            variable_frame_rate="keep",
            conform_frame_rate=find_profile("h264").audio.length_tolerance_seconds + 25,
        )
    assert [issue.path for issue in caught.value.issues] == ["conform_frame_rate"]


def test_the_explained_text_is_toml_without_surprises(tmp_path: Path) -> None:
    path = write_profile(find_profile("prores_proxy"), name="mine", folder=tmp_path)
    loaded = tomllib.loads(path.read_text("utf-8"))
    assert loaded["video"]["encoder"] == "prores_aw"
    assert "look" not in loaded
