"""Services with the worst names that each system allows, and the managers that keep them."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from install.services.job_service import JobPlaces, api_of, worker_of
from install.services.launchd import Launchd
from install.services.service import Intake, Service, services_of
from install.services.systemd import Systemd
from install.services.task_scheduler import TaskScheduler

GOLDEN = Path(__file__).parent / "golden"
_NASTY = PurePosixPath('/srv/50% off $HOME/Jürgen\'s "best" \\ takes')
_HOME = PurePosixPath("/home/jürgen")
_MAC = PurePosixPath("/Users/jürgen")
_PC = PureWindowsPath("C:/Users/Jürgen O'Neil & Co/AppData/Local/Proxx")


def example(watch: PurePath, python: PurePath) -> tuple[Service, ...]:
    """A watcher, an intake, workers of the job service and its API."""
    places = JobPlaces(
        settings=watch.with_name("service.toml"),
        home=watch.with_name("home"),
        others=(watch.with_name("storage"),),
    )
    watching = services_of(
        python=python,
        watch=watch,
        workers=2,
        words=("--path-map", "P:\\shoot=/mnt/shoot"),
        writes=(watch.with_name("dailies day 12"),),
        intake=Intake(
            folder=watch.with_name("hot"),
            out=watch.with_name("arrived"),
            words=("--profile", "h264"),
        ),
    )
    working = worker_of(
        python=python,
        places=places,
        workers=2,
        words=("--path-map", "P:\\shoot=/mnt/shoot"),
        writes=(watch.with_name("dailies day 12"),),
        environment=python.with_name("100% secret.env"),
    )
    return *watching, working, api_of(python=python, places=places)


LINUX = example(_NASTY / "Nächte 100%", _HOME / ".local/share/proxx/env/bin/python")
MACOS = example(
    PurePosixPath('/Volumes/Shoot & Co/Jürgen\'s "best" \\ 50% $takes/Nächte'),
    _MAC / "Library/Application Support/Proxx/env/bin/python",
)
WINDOWS = example(
    PureWindowsPath("//server/shoot & co/Jürgen's 50% takes/Nächte"),
    _PC / "env/Scripts/python.exe",
)
SYSTEMD = Systemd(_HOME / ".config/systemd/user", "jürgen")
LAUNCHD = Launchd(
    agents=_MAC / "Library/LaunchAgents",
    keepers=_MAC / "Library/Application Support/Proxx/services",
    logs=_MAC / "Library/Logs/Proxx",
    uid=501,
)
TASKS = TaskScheduler(folder=_PC / "services", logs=_PC / "logs", user="STUDIO\\jürgen & co")
SECRET = 's3cr3t \\ $HOME "x" %h'
"""With all that a parser of variables could take for something else."""
PLACES = JobPlaces(settings=PurePosixPath("/etc/proxx/farm.toml"), home=PurePosixPath("/var/proxx"))
KEPT = ((LINUX, SYSTEMD), (MACOS, LAUNCHD), (WINDOWS, TASKS))
