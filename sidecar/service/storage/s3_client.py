"""The client of a bucket: where it takes its credentials from, how long it waits, what it tells.

Credentials come from the environment alone, as obstore reads it:
- AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN where they are borrowed;
- AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN (Kubernetes);
- AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI (ECS, EKS);
- a machine's own role in Amazon's cloud, only where AWS_EC2_METADATA_DISABLED is "false";
- none at all where AWS_SKIP_SIGNATURE is "true".
Files of profiles (~/.aws) are not read: `aws configure export-credentials --format env` turns a
profile into variables. Endpoint and region come from the settings; where those say nothing, from
AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION and AWS_DEFAULT_REGION. Who may sign a server's
certificate is the system's to say, or a file's that SSL_CERT_FILE names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from proxx_engine import PlaceError
from sidecar.service.settings import S3Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 60.0
"""So long may a storage say nothing: within a part that goes up, within what comes down."""
_WHOLE = timedelta(days=7)
"""Of one request: no limit of its own, as a file may be as large as it likes."""

_STATUS = re.compile(r"status code: (\d{3}[ A-Za-z]*)")
_CODE = re.compile(r"<Code>([A-Za-z0-9]{1,64})</Code>")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_CAUSES = (
    ("BadScheme", "http without TLS was not allowed (allow_http)"),
    ("InvalidCertificate", "shows a certificate that is not trusted (SSL_CERT_FILE names who is)"),
    ("TimedOut", "gave no answer in time"),
    ("kind: Timeout", "gave no answer in time"),
    ("kind: Connect", "cannot be reached"),
    ("IncompleteMessage", "broke the connection off"),
    ("kind: Interrupted", "broke the connection off"),
    ("kind: Decode", "broke the connection off"),
    ("ConnectionReset", "broke the connection off"),
    ("BrokenPipe", "broke the connection off"),
    ("error decoding response body", "broke the connection off"),
    ("error sending request", "broke the connection off"),
)


def split_address(told: str) -> tuple[str, str]:
    """Return the bucket and the prefix of `s3://bucket/prefix`. Raises: PlaceError."""
    parts = urlsplit(told)
    bucket, prefix = parts.hostname or "", parts.path.strip("/")
    if not _BUCKET.fullmatch(bucket):
        raise PlaceError("STORAGE_OBJECTS_AWAY", f"s3://{bucket}: no name that a bucket can have")
    return bucket, prefix


def open_bucket(
    told: str, s3: S3Settings, environment: Mapping[str, str], *, silent_seconds: float
) -> S3Store:
    """Return a client that asks each thing once. Raises: PlaceError without credentials."""
    bucket, prefix = split_address(told)
    if not names_credentials(environment):
        sentence = (
            "no credentials: this process has neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
            "nor another of the variables that name some"
        )
        raise PlaceError("STORAGE_OBJECTS_AWAY", f"s3://{bucket}: {sentence}")
    config: S3Config = {}
    if s3.region:
        config["region"] = s3.region
    if s3.endpoint:
        # Both names of it, as the environment's own would win over the first.
        config["endpoint"] = config["aws_endpoint_url_s3"] = s3.endpoint
    try:
        return S3Store(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options={
                "allow_http": s3.allow_http,
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "read_timeout": timedelta(seconds=silent_seconds),
                "timeout": _WHOLE,
            },
            retry_config={"max_retries": 0},
        )
    except (BaseError, ValueError) as error:
        raise away(f"s3://{bucket}", "", error) from None


def names_credentials(environment: Mapping[str, str]) -> bool:
    """Whether the environment names credentials; without, a client would ask the network for some.

    obstore would ask Amazon's metadata service at 169.254.169.254 whatever
    AWS_EC2_METADATA_DISABLED says, which elsewhere is a stranger, or silence.
    """
    said = {name for name, value in environment.items() if value}
    if {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= said:
        return True
    if {"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"} <= said:
        return True
    if said & {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}:
        return True
    if environment.get("AWS_SKIP_SIGNATURE", "").lower() in ("1", "true"):
        return True
    return environment.get("AWS_EC2_METADATA_DISABLED", "").lower() in ("0", "false")


@contextmanager
def telling(told: str, key: str) -> Iterator[None]:
    """Let the client's errors be the contract's. Raises: PlaceError, File…Error."""
    try:
        yield
    except AlreadyExistsError:
        raise FileExistsError(f"{told}/{key}") from None
    except FileNotFoundError as error:
        if error.filename is not None:  # of a disk, and no key
            raise
        if "NoSuchBucket" in str(error):
            raise away(told, key, error) from None
        raise FileNotFoundError(f"{told}/{key}") from None
    except BaseError as error:
        raise away(told, key, error) from None


def away(told: str, key: str, error: Exception) -> PlaceError:
    """Return what a person is told: our words alone, as the client's may hold addresses and keys.

    Callers raise it `from None`, so that no traceback shows them either.
    """
    said = str(error)
    status, code = _STATUS.search(said), _CODE.search(said)
    found = [each[1].strip() for each in (status, code) if each]
    if not found:
        unknown = f"gave an answer that nobody expects ({type(error).__name__})"
        found = [next((words for mark, words in _CAUSES if mark in said), unknown)]
    place = f"{told}: {key}" if key else told
    return PlaceError("STORAGE_OBJECTS_AWAY", f"{place}: {', '.join(found)}")
