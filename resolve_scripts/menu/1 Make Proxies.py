"""1 Make Proxies: makes jobs of the clips that are selected, on the timeline or in the bin."""

import importlib.util
import inspect
import json
import os
import sys

ACTION = "make-proxies"
LOCATOR = "proxx_locator.json"
SCRIPTS = (
    "~/Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts",
    "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion/Scripts",
    "$APPDATA/Blackmagic Design/DaVinci Resolve/Support/Fusion/Scripts",
    "$PROGRAMDATA/Blackmagic Design/DaVinci Resolve/Fusion/Scripts",
    "~/.local/share/DaVinciResolve/Fusion/Scripts",
    "/opt/resolve/Fusion/Scripts",
    "/home/resolve/Fusion/Scripts",
)

# Some builds tell a script nowhere where it lies; then the folders that Resolve reads are tried.
own = globals().get("__file__") or inspect.currentframe().f_code.co_filename
usual = [os.path.expanduser(os.path.expandvars(place)) + "/Utility/Proxx" for place in SCRIPTS]
places = [*([os.path.dirname(own)] if os.path.isabs(own) else []), *usual]
found = [place for place in places if os.path.isfile(os.path.join(place, LOCATOR))]
try:
    with open(os.path.join((found or places)[0], LOCATOR), encoding="utf-8") as file:
        locator = json.load(file)
    for name in [name for name in sys.modules if name.split(".")[0] == "proxx_host"]:
        del sys.modules[name]  # of a Proxx that was there before
    # By its path alone: in a folder for all users others may put files beside it.
    spec = importlib.util.spec_from_file_location(
        "proxx_host",
        os.path.join(locator["host"], "__init__.py"),
        submodule_search_locations=[locator["host"]],
    )
    sys.modules["proxx_host"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["proxx_host"])
    from proxx_host import host
except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
    print(f"Proxx does not find itself ({error}). Run `python3 install plugin` once more.")
else:
    host.run(ACTION, locator, globals())
