"""Services: `proxx watch`, `intake`, `worker` and `serve` from login on, on three systems.

A `Service` says what is to run; a `ServiceManager` for systemd, launchd or Task Scheduler says
which files and which commands make it run. These are pure: others write the files and run the
commands. When a service comes up again, and when not, stands in `manager.py`.
"""
