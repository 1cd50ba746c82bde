"""The door of `python3 install …`: looks at the Python, then hands over to the commands."""

import os
import sys

# This file alone is kept readable for every old Python (no annotations, no f-strings),
# so that an old one says a sentence instead of a SyntaxError.
if sys.version_info < (3, 11):  # noqa: UP036 - this is the one place that meets older ones
    sys.stderr.write(
        "Proxx needs Python 3.11 or newer; this is Python %d.%d. "  # noqa: UP031
        "Install a newer one and start it by its name, for example: python3.12 install demo\n"
        % (sys.version_info[0], sys.version_info[1])
    )
    sys.exit(3)

# `python3 install` puts this folder first on the search path, where a file named like a module of
# the standard library would hide it. The folder above takes its place: this one is the package.
_folder = os.path.dirname(os.path.realpath(__file__))
sys.path[0] = os.path.dirname(_folder)

from install.command_line import main  # noqa: E402 - the path above comes first

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
