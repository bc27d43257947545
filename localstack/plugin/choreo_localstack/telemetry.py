"""Logs and metrics of invocations, written in batches.

LocalStack sends a PutLogEvents and a PutMetricData request through its own gateway for each invocation. That costs more
than the invocation itself, and under load the logs come half a minute late.
"""

import contextlib
import logging
import threading
import time
from collections import Counter, defaultdict
from queue import Empty

from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation import version_manager
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler
from localstack.utils.aws.client_types import ServicePrincipal

LOG = logging.getLogger(__name__)

LOGS_PAUSE_S = 0.1
METRICS_PAUSE_S = 1


def write_logs(self: LogHandler, *_args, **_kwargs) -> None:
    """Until the log queue says that it ends: waits for an item, collects what else is there, writes it by stream."""
    client = connect_to.with_assumed_role(
        role_arn=self.role_arn, service_principal=ServicePrincipal.lambda_, region_name=self.region
    ).logs
    ended = False
    while not ended:
        items = [self.log_queue.get()]
        time.sleep(LOGS_PAUSE_S)
        with contextlib.suppress(Empty):
            while True:
                items.append(self.log_queue.get_nowait())
        ended = any(item is QUEUE_SHUTDOWN for item in items)
        _write_by_stream(client, [item for item in items if item is not QUEUE_SHUTDOWN])


def _write_by_stream(client, items) -> None:
    streams = defaultdict(list)
    now = int(time.time() * 1000)
    for item in items:
        lines = [line for line in item.logs.split("\n") if line]
        streams[item.log_group, item.log_stream] += [{"timestamp": now, "message": f"{line}\n"} for line in lines]
    for (group, stream), events in streams.items():
        try:
            _put(client, {"logGroupName": group, "logStreamName": stream}, events)
        except Exception as error:
            LOG.warning("%d log lines of %s are lost: %s", len(events), group, error)


def _put(client, where: dict, events: list[dict]) -> None:
    errors = client.exceptions
    try:
        client.put_log_events(**where, logEvents=events)
    except errors.ResourceNotFoundException:
        with contextlib.suppress(errors.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=where["logGroupName"])
        with contextlib.suppress(errors.ResourceAlreadyExistsException):
            client.create_log_stream(**where)
        client.put_log_events(**where, logEvents=events)


class Metrics:
    """Sums invocations and errors by function, and writes the sums once a second while there are any."""

    def __init__(self) -> None:
        self._sums: Counter = Counter()
        self._lock = threading.Lock()
        self._writing = False

    def count(self, function_name: str, account_id: str, region_name: str, error: bool) -> None:
        with self._lock:
            self._sums[account_id, region_name, function_name, "Invocations"] += 1
            if error:
                self._sums[account_id, region_name, function_name, "Errors"] += 1
            if not self._writing:
                self._writing = True
                threading.Thread(target=self._write, name="choreo-metrics", daemon=True).start()

    def _write(self) -> None:
        time.sleep(METRICS_PAUSE_S)
        with self._lock:
            sums, self._sums, self._writing = self._sums, Counter(), False
        for (account_id, region_name, function_name, name), value in sums.items():
            datum = {
                "MetricName": name,
                "Dimensions": [{"Name": "FunctionName", "Value": function_name}],
                "Value": value,
            }
            try:
                client = connect_to(aws_access_key_id=account_id, region_name=region_name).cloudwatch
                client.put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])
            except Exception as error:
                LOG.warning("%s of %s are lost: %s", name, function_name, error)


def apply() -> None:
    metrics = Metrics()
    LogHandler.run_log_loop = write_logs
    version_manager.record_cw_metric_invocation = lambda **of: metrics.count(**of, error=False)
    version_manager.record_cw_metric_error = lambda **of: metrics.count(**of, error=True)
