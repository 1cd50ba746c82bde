"""`python -m tests.golden.rewrite`: write anew what follows from the code, then look at the diff.

The files of 1.0 (`jobspec_1_0.json`, `result_1_0.json`) are never written anew: they stand for
files that people have.
"""

from __future__ import annotations

import argparse

from tests.golden.documents import remade_documents


def main() -> None:
    for path, text in remade_documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
