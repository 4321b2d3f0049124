"""python -m local_aws: starts the local AWS on GATEWAY_PORT; it ends when its parent's end of stdin closes."""

from __future__ import annotations

import os
import signal
import sys
import threading

import ministack.app as ministack

from . import (
    batch_actions,
    bus_forwarding,
    bus_policies,
    inner,
    kms_asymmetric,
    kms_resources,
    mappings,
    object_events,
    organization,
    pipeline,
    principal_arn,
    signatures,
    table_policies,
    targets,
    topic_keys,
    trail_cloudformation,
    wildcards,
)


def main() -> None:
    """Puts the pipeline around MiniStack and serves."""
    inner.install(ministack.app)
    signatures.install()
    principal_arn.install()
    wildcards.install()
    organization.install()
    object_events.install()
    bus_forwarding.install()
    bus_policies.install()
    batch_actions.install()
    kms_asymmetric.install()
    kms_resources.install()
    table_policies.install()
    topic_keys.install()
    mappings.install()
    targets.install()
    trail_cloudformation.install()
    pipeline.load()
    ministack.app = pipeline.application
    if os.environ.get("LOCAL_AWS_WATCH_STDIN") == "1":
        threading.Thread(target=_end_with_parent, daemon=True).start()
    ministack.main()


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)


main()
