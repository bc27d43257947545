"""Applies all patches once, before any service starts."""

import importlib
import logging
import os
import sys

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)

PATCHES = (
    "environments",
    "event_targets",
    "fifo",
    "function_urls",
    "kinesis_server",
    "policies",
    "queue_mappings",
    "resource_settings",
    "schedules",
    "streams",
    "telemetry",
    "type_support",
)
# A request changes threads several times, and may wait this long each time while a mapping is being polled.
THREAD_SWITCH_S = 0.0005


@hooks.on_infra_start(name="choreo_localstack", priority=100)
def apply_patches() -> None:
    sys.setswitchinterval(THREAD_SWITCH_S)
    patches = list(PATCHES)
    if os.environ.get("CHOREO_DYNAMODB_JARS"):  # LocalStack's own image brings DynamoDB Local with it
        patches.append("dynamodb")
    for name in patches:
        importlib.import_module(f"choreo_localstack.{name}").apply()
    LOG.info("choreo_localstack: patched %s", ", ".join(patches))

    from choreo_localstack import leash

    leash.watch()
