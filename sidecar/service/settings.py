r"""What a person says of the service, in one file that every process of it is given.

    table = "postgresql://db.local/proxx"
    queue = "redis://queue.local:6379/0"
    storage = "s3://proxx-jobs/night"
    roots = ["/mnt/shoot", '\\nas\proxies']
    home = "/var/lib/proxx"

    [s3]
    endpoint = "https://s3.local:9000"
    region = "local"

    [api]
    listen = "127.0.0.1:8025"
    names = ["proxx.local:8025"]
    token_file = "/etc/proxx/token"

    [media]
    sources = ["/mnt/shoot"]
    proxies = ['\\nas\proxies']

No secret stands in it: each client takes its credentials from its own standard place (PGPASSFILE,
REDISCLI_AUTH, AWS_ACCESS_KEY_ID and their kin), and the API's token lies in a file of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from proxx_engine import Issue, RequestError, explain, root_problem
from sidecar.config import read_toml
from sidecar.service.roots import is_below

MEMORY = "memory"
_SQLITE = "sqlite:///"
DEFAULT_LISTEN = "127.0.0.1:8025"
_MIB = 1024 * 1024
_Words = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
_Roots = Annotated[tuple[_Words, ...], Field(max_length=256)]
_SECRET = re.compile(r"[?&][^=&]*(password|passwd|secret|token)[^=&]*=", re.IGNORECASE)
_NAME = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class S3Settings(_Table):
    """What finds a bucket that is not Amazon's own."""

    endpoint: _Words | None = None
    region: _Words | None = None
    allow_http: bool = False
    """An endpoint without TLS must be asked for."""


class ApiSettings(_Table):
    """How programs reach the API."""

    listen: _Words = DEFAULT_LISTEN
    names: Annotated[tuple[_Words, ...], Field(max_length=64)] = ()
    """What it is called in requests (`Host`), with the port, besides `listen` itself."""
    token_file: _Words | None = None
    """None: a new token for each start, in the home."""
    max_body_bytes: Annotated[int, Field(ge=1024, le=64 * _MIB)] = _MIB
    max_upload_bytes: Annotated[int, Field(ge=1024, le=1024 * _MIB)] = 64 * _MIB
    page: bool = True
    """Whether the operator's page and the description for people are served."""


class MediaSettings(_Table):
    """Roots, as jobs write them, whose files travel through the storage."""

    sources: _Roots = ()
    proxies: _Roots = ()


class _File(_Table):
    table: _Words
    queue: _Words
    storage: _Words
    home: _Words
    roots: _Roots
    s3: S3Settings = S3Settings()
    api: ApiSettings = ApiSettings()
    media: MediaSettings = MediaSettings()


@dataclass(frozen=True)
class ServiceSettings:
    """What was said, checked."""

    table: str
    """`sqlite:///…` or `postgresql://…`."""
    queue: str
    """`memory`, `redis://…`, `rediss://…` or `unix://…`."""
    storage: str
    """The absolute path of a folder, or `s3://bucket/prefix`."""
    home: Path
    """Where this host's workers keep their jobs, and the API its token."""
    roots: tuple[str, ...]
    """What jobs may read and write lies below these, as jobs write paths."""
    s3: S3Settings = field(default_factory=S3Settings)
    api: ApiSettings = field(default_factory=ApiSettings)
    media: MediaSettings = field(default_factory=MediaSettings)

    @property
    def address(self) -> tuple[str, int]:
        """Where the API listens: host and port."""
        told = _LISTEN.fullmatch(self.api.listen)
        assert told is not None
        return told["host"].strip("[]"), int(told["port"])

    @property
    def token_path(self) -> Path:
        """Where the API's token lies."""
        return Path(self.api.token_file) if self.api.token_file else self.home / "token"


def development(
    home: Path, roots: tuple[str, ...], *, listen: str | None = None
) -> ServiceSettings:
    """Return settings that need no server: all of it below one folder of this host."""
    return ServiceSettings(
        table=f"sqlite:///{home / 'jobs.db'}",
        queue=MEMORY,
        storage=str(home / "storage"),
        home=home,
        roots=roots,
        api=ApiSettings(listen=listen or DEFAULT_LISTEN),
    )


def read_settings(path: Path) -> ServiceSettings:
    """Read a settings file. Raises: RequestError with every problem found."""
    value = read_toml(path)
    try:
        said = _File.model_validate_json(json.dumps(value))
    except ValidationError:
        raise RequestError(explain(value, _File), subject=str(path)) from None
    issues = tuple(_problems(said))
    if issues:
        raise RequestError(issues, subject=str(path))
    # A service is started in any folder: what is relative is so to the file.
    base = path.absolute().parent
    storage = said.storage if said.storage.startswith("s3://") else str(base / said.storage)
    token = said.api.token_file
    api = said.api.model_copy(update={"token_file": str(base / token) if token else None})
    return ServiceSettings(
        table=_from(base, said.table),
        queue=said.queue,
        storage=storage,
        home=base / said.home,
        roots=said.roots,
        s3=said.s3,
        api=api,
        media=said.media,
    )


def _from(base: Path, table: str) -> str:
    name = table.removeprefix(_SQLITE)
    return table if name == table else f"{_SQLITE}{base / name}"


def _problems(said: _File) -> Iterator[Issue]:
    kinds = (
        ("table", said.table, ("sqlite", "postgresql")),
        ("queue", said.queue, (MEMORY, "redis", "rediss", "unix")),
        ("storage", said.storage, ("", "s3")),
        ("s3.endpoint", said.s3.endpoint, ("http", "https")),
    )
    for name, url, schemes in kinds:
        if url is not None:
            yield from _url_problems(name, url, schemes)
    if said.s3.endpoint and said.s3.endpoint.startswith("http:") and not said.s3.allow_http:
        sentence = "found http, which is not encrypted; say allow_http = true below [s3] if meant"
        yield Issue("SPEC_BAD_PAIR", "s3.endpoint", sentence)
    told = _LISTEN.fullmatch(said.api.listen)
    if told is None or int(told["port"]) > 65535:
        sentence = f"expected HOST:PORT, found {said.api.listen!r}"
        yield Issue("SPEC_OUT_OF_RANGE", "api.listen", sentence)
    for position, name in enumerate(said.api.names):
        if not _NAME.fullmatch(name):
            sentence = f"expected HOST or HOST:PORT as requests say it, found {name!r}"
            yield Issue("SPEC_OUT_OF_RANGE", f"api.names[{position}]", sentence)
    if not said.roots:
        yield Issue("SPEC_EMPTY_LIST", "roots", "found none; jobs may only use what lies below one")
    lists = (
        ("roots", said.roots),
        ("media.sources", said.media.sources),
        ("media.proxies", said.media.proxies),
    )
    for name, roots in lists:
        for position, root in enumerate(roots):
            if problem := root_problem(root):
                sentence = f"found {root!r}, which {problem}"
                yield Issue("SPEC_BAD_PATH", f"{name}[{position}]", sentence)
            elif name != "roots" and not _may_be_used(root, said.roots):
                sentence = f"found {root!r}, of which no job may use anything: see roots"
                yield Issue("SPEC_OUTSIDE_ROOT", f"{name}[{position}]", sentence)


def _may_be_used(root: str, roots: tuple[str, ...]) -> bool:
    return is_below(root, roots) or any(is_below(each, (root,)) for each in roots)


def _url_problems(field: str, url: str, schemes: tuple[str, ...]) -> Iterator[Issue]:
    try:
        parts = urlsplit(url)
        secret = parts.password is not None
    except ValueError:
        # Not what the library says: it may quote what should have been a password.
        yield Issue("SPEC_BAD_SCHEME", field, "found what is no address, and is not shown")
        return
    scheme = parts.scheme if "://" in url else url if url == MEMORY else ""
    if scheme not in schemes:
        expected = ", ".join(f"{each}://…" if each else "a folder" for each in schemes)
        found = repr(scheme) if scheme else "none of them"
        expected = expected.replace(f"{MEMORY}://…", MEMORY)
        yield Issue("SPEC_BAD_SCHEME", field, f"expected {expected}; found {found}")
    if field == "table" and scheme == "sqlite" and not url.removeprefix(_SQLITE).strip("/"):
        yield Issue("SPEC_BAD_PATH", field, f"found {url!r}, which names no file")
    if scheme in ("redis", "rediss") and not re.fullmatch(r"/?[0-9]*", parts.path):
        # Not the word itself: it may be what should have been a password.
        sentence = "expected the number of a database after the last /, as in redis://HOST:PORT/0"
        yield Issue("SPEC_OUT_OF_RANGE", field, sentence)
    if secret or _SECRET.search(unquote(url)):
        sentence = "holds a secret, which is not shown; a settings file is no place for one"
        yield Issue("SPEC_BAD_TEXT", field, sentence)
