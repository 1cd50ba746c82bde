"""Windows' Task Scheduler: a task that starts when its user logs on, without a window.

In the user's own session and not behind it: a task that runs without a logon reaches no share.
Its RestartOnFailure is not used: what it takes for a failure is not the exit code; the keeper
(`keeper.py`) knows. `schtasks /End` ends the keeper, and Proxx, seeing that, ends in order.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from xml.sax.saxutils import escape

from .keeping import keeper_code, keeper_words
from .manager import Command
from .service import NoService, Service

# The scheduler puts variables in place of these, and knows no way to write them as they are.
_FILLED_IN = re.compile(r"%[^%]+%|\$\(")

_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>6</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


@dataclass(frozen=True)
class TaskScheduler:
    """The tasks of one user."""

    folder: PurePath
    """A folder of Proxx's own, for tasks and keepers."""
    logs: PurePath
    """Another; it must be there."""
    user: str
    """`DOMAIN\\name`."""

    def files(self, service: Service) -> Mapping[PurePath, bytes]:
        """The task, for `schtasks`, and its keeper. Raises: NoService."""
        # pythonw.exe: the keeper has no window, and what it starts gets none.
        windowless = service.python.with_name("pythonw.exe")
        program, *words = keeper_words(
            service, windowless, self._keeper(service), self.log_file(service)
        )
        for word in (program, *words):
            if _FILLED_IN.search(word):
                raise NoService(f"Task Scheduler would fill in variables in {word!r}")
        text = _TASK.format(
            description=escape(service.description),
            user=escape(self.user),
            program=escape(program),
            arguments=escape(subprocess.list2cmdline(words)),
        )
        task = b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")
        return {self._task(service): task, self._keeper(service): keeper_code()}

    def arm(self, service: Service) -> tuple[Command, ...]:
        """A task of the same name is replaced."""
        return (_schtasks("/Create", service, "/XML", str(self._task(service)), "/F"),)

    def start(self, service: Service) -> tuple[Command, ...]:
        """Comes back at once."""
        return (*self.arm(service), _schtasks("/Run", service))

    def stop(self, service: Service) -> tuple[Command, ...]:
        """Comes back at once; the running clip is finished meanwhile."""
        return (_schtasks("/End", service),)

    def forget(self, service: Service) -> tuple[Command, ...]:
        """The running clip is finished meanwhile."""
        return (
            _schtasks("/End", service, may_fail=True),
            _schtasks("/Delete", service, "/F", may_fail=True),
        )

    def forgotten(self, service: Service) -> tuple[Command, ...]:
        """Nothing is left."""
        return ()

    def show(self, service: Service) -> Command:
        """All that the scheduler knows of it."""
        return _schtasks("/Query", service, "/V", "/FO", "LIST")

    def log(self, service: Service) -> Command:
        """The log as it stands."""
        return Command(("cmd", "/c", "type", str(self.log_file(service))))

    def log_file(self, service: Service) -> PurePath:
        """What it said, and what its keeper did."""
        return self.logs / f"{service.name}.log"

    def hints(self, service: Service) -> tuple[str, ...]:
        """When it runs, and what it can see."""
        return (
            "It runs while you are logged on.",
            "Drive letters of network shares are there only once Windows has connected them: it "
            "waits for its folders. A path as \\\\server\\share\\folder is surer.",
            *(_closed(service.environment) if service.environment else ()),
        )

    def _task(self, service: Service) -> PurePath:
        return self.folder / f"{service.name}.xml"

    def _keeper(self, service: Service) -> PurePath:
        return self.folder / f"{service.name}.py"


def _closed(environment: PurePath) -> tuple[str]:
    rights = "Windows keeps rights in lists that are not looked at here."
    return (f"Keep {environment} where only you can read it: {rights}",)


def _schtasks(action: str, service: Service, *words: str, may_fail: bool = False) -> Command:
    return Command(("schtasks", action, "/TN", service.name, *words), may_fail)
