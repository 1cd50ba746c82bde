"""One file says what the service stands on; it holds no secret; all its problems come at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import RequestError
from sidecar.service.settings import development, read_settings

WHOLE = r"""
table = "postgresql://proxx@db.local/proxx"
queue = "rediss://queue.local:6380/2"
storage = "s3://proxx-jobs/night"
home = "state"
roots = ["/mnt/shoot", 'P:\proxies']

[s3]
endpoint = "https://s3.local:9000"
region = "local"

[api]
listen = "[::1]:9000"
names = ["proxx.local"]
token_file = "secrets/token"
max_upload_bytes = 4096
page = false

[media]
sources = ["/mnt/shoot"]
"""
SHORT = """
table = "sqlite:///jobs.db"
queue = "memory"
storage = "kept"
home = "/var/lib/proxx"
roots = ["/mnt/shoot"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "service.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(RequestError) as raised:
        read_settings(write(folder, text))
    assert raised.value.subject == str(folder / "service.toml")
    return {issue.path: f"{issue.code}: {issue.sentence}" for issue in raised.value.issues}


def test_a_whole_file_is_read_as_it_says(tmp_path: Path) -> None:
    said = read_settings(write(tmp_path, WHOLE))
    assert said.table == "postgresql://proxx@db.local/proxx"
    assert said.queue == "rediss://queue.local:6380/2"
    assert said.storage == "s3://proxx-jobs/night"
    assert said.home == tmp_path / "state"
    assert said.roots == ("/mnt/shoot", "P:\\proxies")
    assert (said.s3.endpoint, said.s3.region) == ("https://s3.local:9000", "local")
    assert said.address == ("::1", 9000)
    assert said.token_path == tmp_path / "secrets/token"
    assert (said.api.max_upload_bytes, said.api.page) == (4096, False)
    assert said.media.sources == ("/mnt/shoot",)


def test_what_is_relative_is_so_to_the_file(tmp_path: Path) -> None:
    said = read_settings(write(tmp_path, SHORT))
    assert said.table == f"sqlite:///{tmp_path}/jobs.db"
    assert said.storage == str(tmp_path / "kept")
    assert said.home == Path("/var/lib/proxx")
    assert said.token_path == Path("/var/lib/proxx/token")
    assert said.address == ("127.0.0.1", 8025)


def test_development_needs_one_folder_and_no_server(tmp_path: Path) -> None:
    said = development(tmp_path, ("/mnt/shoot",), listen="127.0.0.1:0")
    again = read_settings(
        write(
            tmp_path,
            SHORT.replace("kept", "storage")
            .replace("/var/lib/proxx", str(tmp_path))
            .replace("[", "[")
            + '[api]\nlisten = "127.0.0.1:0"\n',
        )
    )
    assert said == again


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('table = "postgresql://proxx:CANARY@db/proxx"', "table"),
        ('table = "postgresql://db/proxx?password=CANARY"', "table"),
        ('queue = "redis://:CANARY@queue:6379/0"', "queue"),
        ('storage = "s3://key:CANARY@bucket/night"', "storage"),
        ('table = "postgresql://db/proxx?sslpassword=CANARY"', "table"),
        ('table = "postgresql://db/proxx?pass%77ord=CANARY"', "table"),
        ('s3.endpoint = "https://s3.local/?X-Amz-Security-Token=CANARY"', "s3.endpoint"),
    ],
)
def test_a_secret_is_refused_and_not_shown(tmp_path: Path, line: str, field: str) -> None:
    lines = [each for each in SHORT.splitlines() if not each.startswith(field)]
    found = problems(tmp_path, "\n".join([*lines, line]))
    assert found[field].startswith("SPEC_BAD_TEXT: ")
    assert "CANARY" not in str(found)


def test_a_secret_without_an_address_is_not_shown_either(tmp_path: Path) -> None:
    found = problems(tmp_path, SHORT.replace('"memory"', '"redis:CANARY@queue"'))
    assert found["queue"].startswith("SPEC_BAD_SCHEME: expected memory, redis://…")
    assert "CANARY" not in str(found)


def test_a_secret_in_what_is_no_address_is_not_shown_either(tmp_path: Path) -> None:
    # U+2100 becomes "a/c" where an address is read, and so is refused with the words around it.
    wrong = '"postgresql://proxx:CANARY\u2100@db/proxx"'
    found = problems(tmp_path, SHORT.replace('"sqlite:///jobs.db"', wrong))
    assert found["table"].startswith("SPEC_BAD_SCHEME: found what is no address")
    assert "CANARY" not in str(found)


@pytest.mark.parametrize("rest", ["key:CANARY@s3.local", "s3.local/?X-Amz-Security-Token=CANARY"])
def test_a_secret_is_not_shown_where_its_address_has_another_problem(
    tmp_path: Path, rest: str
) -> None:
    found = problems(tmp_path, f'{SHORT}[s3]\nendpoint = "http://{rest}"\n')
    assert found["s3.endpoint"].startswith("SPEC_BAD_PAIR: found http, which is not encrypted")
    assert "CANARY" not in str(found)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = r"""
table = "mysql://db/proxx"
queue = "amqp://queue"
storage = "gs://bucket"
home = "state"
roots = ["mnt/shoot"]

[s3]
endpoint = "http://s3.local"

[api]
listen = "127.0.0.1:99999"

[media]
proxies = ["../up"]
"""
    found = problems(tmp_path, text)
    assert {path: told.split(":")[0] for path, told in found.items()} == {
        "table": "SPEC_BAD_SCHEME",
        "queue": "SPEC_BAD_SCHEME",
        "storage": "SPEC_BAD_SCHEME",
        "s3.endpoint": "SPEC_BAD_PAIR",
        "api.listen": "SPEC_OUT_OF_RANGE",
        "roots[0]": "SPEC_BAD_PATH",
        "media.proxies[0]": "SPEC_BAD_PATH",
    }


@pytest.mark.parametrize("name", ["https://proxx.local", "proxx.local/", "proxx local", "a:b"])
def test_a_name_that_no_request_can_have_is_refused(tmp_path: Path, name: str) -> None:
    found = problems(tmp_path, f'{SHORT}[api]\nnames = ["proxx.local", "{name}"]\n')
    told = f"SPEC_OUT_OF_RANGE: expected HOST or HOST:PORT as requests say it, found {name!r}"
    assert found == {"api.names[1]": told}


def test_a_redis_database_that_is_no_number_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, SHORT.replace('"memory"', '"redis://queue.local/night"'))
    told = "expected the number of a database after the last /, as in redis://HOST:PORT/0"
    assert found == {"queue": f"SPEC_OUT_OF_RANGE: {told}"}


def test_jobs_need_a_root(tmp_path: Path) -> None:
    found = problems(tmp_path, SHORT.replace('["/mnt/shoot"]', "[]"))
    assert found == {"roots": "SPEC_EMPTY_LIST: found none; jobs may only use what lies below one"}


def test_a_table_in_a_file_has_a_name(tmp_path: Path) -> None:
    found = problems(tmp_path, SHORT.replace("sqlite:///jobs.db", "sqlite:///"))
    assert found == {"table": "SPEC_BAD_PATH: found 'sqlite:///', which names no file"}


def test_what_is_not_known_is_refused_with_what_is(tmp_path: Path) -> None:
    found = problems(tmp_path, SHORT + '[api]\nlisten_on = "127.0.0.1:80"\n')
    assert found["api.listen_on"].startswith("SPEC_UNKNOWN_FIELD")


@pytest.mark.parametrize(
    ("root", "found"),
    [
        ("/mnt/shoot", {}),
        ("/mnt/shoot/day 1", {}),
        ("/mnt", {}),
        (
            "/mnt/shooting",
            {
                "media.proxies[0]": "SPEC_OUTSIDE_ROOT: found '/mnt/shooting', of which no job may "
                "use anything: see roots"
            },
        ),
    ],
)
def test_what_travels_is_something_that_jobs_may_use(
    tmp_path: Path, root: str, found: dict[str, str]
) -> None:
    text = f'{SHORT}[media]\nproxies = ["{root}"]\n'
    if found:
        assert problems(tmp_path, text) == found
    else:
        assert read_settings(write(tmp_path, text)).media.proxies == (root,)
