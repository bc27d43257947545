"""Reads the shards of one stream mapping, each in a thread of its own, and delivers batches until they are dealt with.

Modelled, because AWS does not document it: a split (by bisect or, with bisect on, at a reported sequence number) starts
with a fresh retry quota; a reported sequence number that is the first of the batch is a failure of the batch.
"""

import json
import logging
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from localstack.services.lambda_.event_source_mapping.event_processor import (
    BatchFailureError,
    PartialBatchFailureError,
    PipeInternalError,
)
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.poller import (
    EmptyPollResultsException,
    get_batch_item_failures,
)
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller
from localstack.services.lambda_.event_source_mapping.senders.sender_utils import batched
from localstack.utils.backoff import ExponentialBackoff

LOG = logging.getLogger(__name__)

READABLE = ("ACTIVE", "UPDATING", "ENABLED")
THREADS_MAX = 128


class ShardReader:
    """What is added to one StreamPoller: a thread and a position for each shard."""

    def __init__(self, poller: StreamPoller, esm_config: dict) -> None:
        self.poller = poller
        self.esm_config = esm_config
        self.positions: dict[str, str] = {}  # shard id -> last sequence number handed to the batcher
        self.finished: set[str] = set()  # closed shards, read to their end
        self.busy: set[str] = set()
        self.error: Exception | None = None
        self.started = False
        self.lanes = int(esm_config.get("ParallelizationFactor") or 1)
        name = f"choreo-{esm_config['UUID'][:8]}"
        self.pool = ThreadPoolExecutor(max_workers=THREADS_MAX, thread_name_prefix=name)
        self.lane_pool = ThreadPoolExecutor(max_workers=THREADS_MAX, thread_name_prefix=f"{name}-lane")

    @property
    def stream(self) -> dict[str, str]:
        """How the stream is named in a request. A consumer with enhanced fan-out is read through its stream."""
        if isinstance(self.poller, KinesisPoller):
            return {"StreamARN": self.poller.source_arn.split("/consumer/")[0]}
        return {"StreamArn": self.poller.source_arn}

    def close(self) -> None:
        for pool in (self.pool, self.lane_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def bisect(self) -> bool:
        return bool(self.esm_config.get("BisectBatchOnFunctionError"))

    # --- which shards, and from where ---

    def iterators(self) -> dict[str, str]:
        """An iterator for every shard that may be read now: not read to its end, and no parent still to be read."""
        description = self._describe()
        if description is None:
            return {}
        shards = {shard["ShardId"]: shard for shard in description["Shards"]}
        unread = shards.keys() - self.finished
        result = {}
        for shard_id in unread:
            parents = {shards[shard_id].get("ParentShardId"), shards[shard_id].get("AdjacentParentShardId")}
            if not parents & unread:
                result[shard_id] = self._iterator(shard_id)
        self.started = True
        return result

    def _describe(self) -> dict | None:
        description = self.poller.source_client.describe_stream(**self.stream)["StreamDescription"]
        return description if description["StreamStatus"] in READABLE else None

    def _iterator(self, shard_id: str) -> str:
        poller = self.poller
        if position := self.positions.get(shard_id):
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": position}
        elif self.started:  # a child of a reshard
            where = {"ShardIteratorType": "TRIM_HORIZON"}
        else:
            where = {"ShardIteratorType": poller.stream_parameters["StartingPosition"]}
            if where["ShardIteratorType"] == "AT_TIMESTAMP":
                at = self.esm_config["StartingPositionTimestamp"]
                where["Timestamp"] = at if isinstance(at, datetime) else datetime.fromtimestamp(float(at), UTC)
        return poller.source_client.get_shard_iterator(ShardId=shard_id, **self.stream, **where)["ShardIterator"]

    # --- reading ---

    def poll(self) -> None:
        """Wakes every shard that is not busy. Called once per poll interval, on the mapping's own thread."""
        if self.error:
            error, self.error = self.error, None
            raise error  # backs off
        poller = self.poller
        if not poller.shards:
            poller.shards = self.iterators()
        if not poller.shards:
            raise EmptyPollResultsException(service=poller.event_source(), source_arn=poller.source_arn)
        for shard_id in list(poller.shards):
            if shard_id not in self.busy:
                self.busy.add(shard_id)
                self.pool.submit(self._read_shard, shard_id)

    def _read_shard(self, shard_id: str) -> None:
        poller = self.poller
        try:
            while not poller._is_shutdown.is_set() and (iterator := poller.shards.get(shard_id)):
                if not self._read_once(shard_id, iterator):
                    return
        except PipeInternalError:
            pass  # logged by get_records; the next poll tries again
        except Exception as e:
            self.error = e
        finally:
            self.busy.discard(shard_id)

    def _read_once(self, shard_id: str, iterator: str) -> bool:
        """Reads and handles one page. True: there is more to read at once."""
        poller = self.poller
        response = poller.get_records(iterator)
        records = response.get("Records", [])
        if records:
            last = records[-1]
            self.positions[shard_id] = last.get("SequenceNumber") or last["dynamodb"]["SequenceNumber"]
        if poller.shard_batcher[shard_id].add(records):
            size = poller.stream_parameters["BatchSize"]
            for batch in batched(poller.shard_batcher[shard_id].flush(), size):
                poller.forward_events_to_target(shard_id, list(batch))
        if following := response.get("NextShardIterator"):
            poller.shards[shard_id] = following
        else:
            self.finished.add(shard_id)
            poller.shards = self.iterators()
        return len(records) == poller.stream_parameters["BatchSize"]

    # --- delivering ---

    def deliver(self, shard_id: str, events: list[dict]) -> None:
        """In as many lanes as ParallelizationFactor says; a partition key stays in its lane, and so in order."""
        if self.lanes == 1:
            self._deliver_lane(shard_id, events)
            return
        lanes: dict[int, list[dict]] = {}
        for event in events:
            lanes.setdefault(zlib.crc32(partition_key(event).encode()) % self.lanes, []).append(event)
        list(self.lane_pool.map(lambda lane: self._deliver_lane(shard_id, lane), lanes.values()))

    def _deliver_lane(self, shard_id: str, events: list[dict]) -> None:
        queue = deque([events])
        while queue and not self.poller._is_shutdown.is_set():
            queue.extendleft(reversed(self._deliver_batch(shard_id, queue.popleft())))

    def _deliver_batch(self, shard_id: str, events: list[dict]) -> list[list[dict]]:
        """Tries one batch until it succeeds, is given up or is split. Returns the parts of a split, in order."""
        poller = self.poller
        max_retries = poller.stream_parameters.get("MaximumRetryAttempts", -1)
        max_age = poller.stream_parameters.get("MaximumRecordAgeInSeconds", -1)
        backoff = ExponentialBackoff(max_retries=max_retries)
        attempts, error = 0, {}
        while not poller._is_shutdown.is_set():
            if max_age > 0:
                events, expired = poller.bisect_events_by_record_age(max_age, events)
                if expired:
                    self._give_up(shard_id, expired, "RecordAgeExceeded", error, attempts)
                if not events:
                    return []
            if max_retries >= 0 and attempts > max_retries:
                self._give_up(shard_id, events, "RetryAttemptsExhausted", error, attempts)
                return []
            if attempts:
                poller._is_shutdown.wait(backoff.next_backoff())
            attempts += 1
            try:
                poller.processor.process_events_batch(events)
                return []
            except PartialBatchFailureError as e:
                error = e.error
                rest = self._from_first_failure(events, e.partial_failure_payload)
                if len(rest) < len(events):
                    if self.bisect:
                        return [rest]
                    events = rest
                    continue
            except BatchFailureError as e:
                error = e.error
            except Exception:
                LOG.exception("Delivery from %s to the function failed", poller.source_arn)
            if self.bisect and len(events) > 1:
                middle = len(events) // 2
                return [events[:middle], events[middle:]]
        return []

    def _from_first_failure(self, events: list[dict], payload: dict) -> list[dict]:
        numbers = [self.poller.get_sequence_number(event) for event in events]
        failed = get_batch_item_failures(payload, set(numbers))
        return events[numbers.index(min(failed, key=int)) :] if failed else events

    def _give_up(self, shard_id: str, events: list[dict], condition: str, error: dict, attempts: int) -> None:
        poller = self.poller
        context = poller.processor.generate_event_failure_context(
            abort_condition=condition, error=error, attempts_count=attempts
        )
        if not context:  # never invoked: AWS leaves out responseContext only
            context = {
                "requestContext": {
                    "requestId": "",
                    "functionArn": self.esm_config["FunctionArn"],
                    "condition": condition,
                    "approximateInvokeCount": attempts,
                }
            }
        poller.send_events_to_dlq(shard_id, events, context=context)


def partition_key(event: dict) -> str:
    if "kinesis" in event:
        return event["kinesis"]["partitionKey"]
    return json.dumps(event["dynamodb"]["Keys"], sort_keys=True)
