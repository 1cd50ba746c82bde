"""`python -m tests.governance`: prints every broken law with its place and the sentence it comes
from; exit 0 or 1.
"""

from __future__ import annotations

import sys

from .audit import audit


def main() -> int:
    answers = audit()
    for answer in answers:
        print(f"{answer.question}: {'broken' if answer.broken else 'kept'}")
        for broken in answer.broken:
            print(f"  {broken}")
    return int(any(answer.broken for answer in answers))


if __name__ == "__main__":
    sys.exit(main())
