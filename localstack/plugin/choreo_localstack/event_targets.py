"""Targets of EventBridge rules: dead letter queues and replay.

On AWS, an event that a target refuses goes to the target's dead letter queue, with attributes that say why. LocalStack
stores the queue and does not use it. Here: one attempt (no retry policy), then the queue.
LocalStack 4.14.0 archives the time of an event as text, and expects a date when it replays: each replay fails.
"""

import functools
import json
import logging
from datetime import datetime

from localstack.aws.connect import connect_to
from localstack.services.events.archive import ArchiveService
from localstack.services.events.target import TargetSender
from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn

LOG = logging.getLogger(__name__)

ERROR_CHARACTERS_MAX = 1024


def archive_events(self: ArchiveService, events: list[dict]) -> None:
    for event in events:
        self.archive.events[event["id"]] = {**event, "time": datetime.fromisoformat(event["time"])}


def send_to_dead_letters(queue_arn: str, sender: TargetSender, event: dict, error: Exception) -> None:
    code = getattr(error, "response", {}).get("Error", {}).get("Code") or type(error).__name__
    attributes = {
        "RULE_ARN": sender.rule_arn,
        "TARGET_ARN": sender.arn,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": str(error)[:ERROR_CHARACTERS_MAX],
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "0",
    }
    queue = parse_arn(queue_arn)
    client = connect_to(aws_access_key_id=queue["account"], region_name=queue["region"]).sqs
    client.send_message(
        QueueUrl=sqs_queue_url_for_arn(queue_arn),
        MessageBody=json.dumps(event, default=str),
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )


def apply() -> None:
    original = TargetSender.process_event

    @functools.wraps(original)
    def process_event(self: TargetSender, event: dict, trace_header):
        try:
            return original(self, event, trace_header)
        except Exception as error:
            if queue_arn := (self.target.get("DeadLetterConfig") or {}).get("Arn"):
                try:
                    send_to_dead_letters(queue_arn, self, event, error)
                except Exception:
                    LOG.exception("dead letter queue %s of rule %s took no event", queue_arn, self.rule_arn)
            raise

    TargetSender.process_event = process_event
    ArchiveService.put_events = archive_events
