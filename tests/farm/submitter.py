"""`python -m tests.farm.submitter BUNDLE SNAPSHOT`: what Deadline's submitter would send, as JSON.

Its own submission, up to the call of the service, in this process alone: the service's client is a
stand-in, and no address can be reached. The arguments are then judged by the service's own model.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.model
import botocore.validate
from deadline.client import api
from deadline.client.config import config_file

_QUEUE = {
    "displayName": "Proxies",
    "jobAttachmentSettings": {"s3BucketName": "none", "rootPrefix": "none"},
}
_IDS = {"farm": "farm-" + "0" * 32, "queue": "queue-" + "0" * 32}


class _Client:
    """The service, of which only the queue is asked."""

    def get_queue(self, **_asked: str) -> dict[str, Any]:
        return _QUEUE


def _refuse(*_words: object) -> None:
    raise OSError("a test speaks to no network")


def main(bundle: str, snapshot: str) -> None:
    socket.socket.connect = _refuse  # type: ignore[assignment,method-assign]
    api.get_boto3_client = lambda *_words, **_more: _Client()
    api.get_queue_user_boto3_session = lambda **_more: None
    config = config_file.read_config()
    for name, value in _IDS.items():
        config_file.set_setting(f"defaults.{name}_id", value, config=config)
    told: list[str] = []
    api.create_job_from_job_bundle(
        bundle,
        config=config,
        queue_parameter_definitions=[],
        known_asset_paths=["/"],
        debug_snapshot_dir=snapshot,
        print_function_callback=told.append,
        interactive_confirmation_callback=lambda _asked, _default: True,
    )
    arguments = json.loads((Path(snapshot) / "create_job_args.json").read_text("utf-8"))
    print(json.dumps({"arguments": arguments, "told": told, "wrong": _wrong(arguments)}))


def _wrong(arguments: dict[str, Any]) -> str:
    """Return what the model of the service says against the arguments."""
    loaded = botocore.loaders.create_loader().load_service_model("deadline", "service-2")
    shape = botocore.model.ServiceModel(loaded).operation_model("CreateJob").input_shape
    report = botocore.validate.ParamValidator().validate(arguments, shape)
    limit = shape.members["template"].metadata["max"]
    return report.generate_report() + "template too long" * (len(arguments["template"]) > limit)


if __name__ == "__main__":
    main(*sys.argv[1:])
