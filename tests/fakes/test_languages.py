"""Values change with the window's language, keys do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import LOCALES, Scene
from tests.fakes.resolve.profile import table
from tests.fakes.scripting import add_job, finish

MEASURED = {
    "zh": "完成",
    "it": "Concluso",
    "es": "Finalizado",
    "pt": "Concluído",
    "ru": "Завершено",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_words_are_of_the_language(start: Start, locale: str, tmp_path: Path, out: Path) -> None:
    """6.1 locale.words: JobStatus, Type and Online Status are translated; keys are English."""
    fake = start(locale=locale)
    scene = Scene(fake, tmp_path)
    clip = scene.raw("A001.braw", frames=4)
    lost = scene.offline("lost.mov")
    told = clip.handle.GetClipProperty()
    status = finish(fake, add_job(fake, clip, out))
    english = locale == "en"
    assert (told["Type"] == "Video + Audio") == english
    assert (told["Online Status"] == "Online") == english
    assert (lost.handle.GetClipProperty("Online Status") == "Offline") == english
    assert (status["JobStatus"] == "Complete") == english
    assert status["JobStatus"] == MEASURED.get(locale, status["JobStatus"])
    assert status["CompletionPercentage"] == 100


def test_no_language_lacks_a_word() -> None:
    words = table("languages")
    assert set(words) == set(LOCALES)
    for locale in LOCALES:
        assert set(words[locale]) == set(words["en"])


def test_no_word_for_the_end_of_a_job_is_english_elsewhere() -> None:
    ends = ("complete", "failed", "cancelled", "rendering")
    words = table("languages")
    for locale in set(LOCALES) - {"en"}:
        assert all(words[locale][key] != words["en"][key] for key in ends)
