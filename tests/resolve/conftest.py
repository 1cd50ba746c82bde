"""Doubles of Resolve, and a project to be filled."""

from __future__ import annotations

from tests.fakes.conftest import fake as fake
from tests.fakes.conftest import footage as footage
from tests.fakes.conftest import scene as scene
from tests.fakes.conftest import start as start
from tests.resolve.linking.link_scene import clips as clips
from tests.resolve.linking.link_scene import there as there
