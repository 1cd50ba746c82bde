"""Cards as cameras write them: every file is seen to, and a second look has nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidecar.intake.ledger import Ledger, find_ledger
from sidecar.intake.units import HotFolder, Unit
from tests.creation import card_trees as trees
from tests.intake.scene import Scene

KINDS = ("p2", "xdcam", "ex", "xavc", "avchd", "red", "braw", "arri", "canon", "gopro", "dji")


def maker(kind: str) -> Callable[[Path], Path]:
    made: Callable[[Path], Path] = getattr(trees, f"{kind}_card")
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_of_a_card_is_seen_to_once(kind: str, scene: Scene) -> None:
    maker(kind)(scene.hot / "CARD")
    resolve = scene.folder / "resolve"
    resolve.mkdir()
    scene.run(lambda: scene.wait(40), into_resolve=resolve)
    listing = HotFolder(scene.hot, frozenset()).list_unit(Unit("CARD", ()))
    knowledge = Ledger.read(find_ledger(scene.watch, scene.hot)).knowledge
    assert knowledge.sort_files(listing).known == listing.files.keys()
    before = len(list((resolve / "pending").iterdir()))
    assert bool(before) == (kind in ("red", "braw", "arri", "canon"))
    scene.run(lambda: scene.wait(20), into_resolve=resolve)
    assert scene.heard.said == [("started", scene.hot, 1, 1)]
    assert len(list((resolve / "pending").iterdir())) == before


def test_what_comes_to_a_red_card_is_one_new_clip(scene: Scene) -> None:
    trees.red_card(scene.hot / "CARD")
    order = {"into_resolve": scene.folder / "resolve"}
    order["into_resolve"].mkdir()
    pending = scene.folder / "resolve/pending"
    for path in (scene.hot / "CARD").rglob("*.mov"):
        path.unlink()
    scene.run(lambda: scene.wait(6), **order)
    count = len(list(pending.iterdir()))
    [rdm, *_] = sorted(path for path in (scene.hot / "CARD").iterdir() if path.is_dir())
    new = "A001_C009_0101AB"
    trees.grow(rdm, [f"{new}.RDC/{new}_001.R3D", f"{new}.RDC/{new}_002.R3D"])

    def growing() -> Iterator[None]:
        yield from scene.wait(6)
        assert len(list(pending.iterdir())) == count + 1
        assert scene.heard.of("changed") == []
        trees.grow(rdm, [f"{new}.RDC/{new}_003.R3D"])
        yield from scene.wait(6)

    scene.run(growing, **order)
    [([(name, _job)],)] = scene.heard.of("changed")
    assert name.endswith(f"{new}_001.R3D"), "a clip that grew is another one, and is told"
    assert len(list(pending.iterdir())) == count + 1
