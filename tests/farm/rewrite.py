"""`python -m tests.farm.rewrite`: write the kept bundles anew, then look at the diff."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.farm.kept import BUNDLES, GOLDEN, made_bundle


def main() -> None:
    for name in BUNDLES:
        with tempfile.TemporaryDirectory() as place:
            made = made_bundle(name, Path(place))
        for file, data in made.items():
            path = GOLDEN / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
