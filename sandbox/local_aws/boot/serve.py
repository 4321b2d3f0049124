"""Puts the pipeline around MiniStack and serves it on GATEWAY_PORT."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading

import ministack.app as ministack

from .. import alarms, inner, lambda_code, pipeline, signatures, template_conditions
from ..bus import forwarding as bus_forwarding, policies as bus_policies, put_events, schedules, targets
from ..iam import lambda_actions, object_keys, organization, organization_policies, principal_arn
from ..iam import parsed_policies, resource_policies, variables, wildcards
from ..kms import asymmetric as kms_asymmetric, conditions as kms_conditions
from ..kms import grants as kms_grants, resources as kms_resources
from ..organization import accounts, delegation, manager, pages, regions
from ..queues import batch_actions, mappings, recursion, topic_keys
from ..s3 import elsewhere
from ..s3.objects import events as object_events
from ..tables import policies as table_policies
from ..trail import cloudformation as trail_cloudformation


def install() -> None:
    """Puts the pipeline around MiniStack."""
    inner.install(ministack.app)
    signatures.install()
    parsed_policies.install()
    principal_arn.install()
    wildcards.install()
    variables.install()
    lambda_code.install()
    lambda_actions.install()
    object_keys.install()
    organization.install()
    delegation.install()
    accounts.install()
    manager.install()
    regions.install()
    resource_policies.install()
    kms_grants.install()
    organization_policies.install()
    pages.install()
    object_events.install()
    elsewhere.install()
    bus_forwarding.install()
    bus_policies.install()
    put_events.install()
    batch_actions.install()
    kms_asymmetric.install()
    kms_resources.install()
    kms_conditions.install()
    table_policies.install()
    topic_keys.install()
    mappings.install()
    recursion.install()
    targets.install()
    schedules.install()
    template_conditions.install()
    trail_cloudformation.install()
    alarms.install()
    pipeline.load()
    ministack.app = pipeline.application


def serve() -> None:
    """Serves until it is ended, or until its parent closes stdin where LOCAL_AWS_WATCH_STDIN is 1.
    """
    # Code and models are never garbage: the collector need not look at them again and again.
    gc.collect()
    gc.freeze()
    if os.environ.get("LOCAL_AWS_WATCH_STDIN") == "1":
        threading.Thread(target=_end_with_parent, daemon=True).start()
    ministack.main()


# --- internal ---


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
