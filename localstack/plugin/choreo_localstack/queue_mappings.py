"""Event source mappings of queues: several batches at a time.

On AWS, up to MaximumConcurrency batches of a queue (at first 5) run at the same time; of a FIFO queue, as many as there
are groups. LocalStack runs one after the other, so that a slow batch or group holds up all others, and races between
two batches never happen.
Unlike AWS, a batch of a FIFO queue has messages of one group only.
"""

import functools
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller

LOG = logging.getLogger(__name__)

CONCURRENCY_DEFAULT = 5


class Lanes:
    """Runs batches in threads, at most so many at a time."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="choreo-queue")

    def wait(self) -> None:
        """Until there is a free lane: what is not received yet keeps its visibility time-out."""
        self._free.acquire()
        self._free.release()

    def run(self, work, *args) -> None:
        self._free.acquire()
        self._pool.submit(self._finish, work, *args)

    def _finish(self, work, *args) -> None:
        try:
            work(*args)
        except Exception as error:  # the messages come again when their visibility time-out ends
            LOG.info("a batch failed: %s", error)
        finally:
            self._free.release()


def apply() -> None:
    get_esm_worker = EsmWorkerFactory.get_esm_worker
    poll_events, handle_messages = SqsPoller.poll_events, SqsPoller.handle_messages

    @functools.wraps(get_esm_worker)
    def with_lanes(self: EsmWorkerFactory):
        worker = get_esm_worker(self)
        if isinstance(worker.poller, SqsPoller):
            scaling = self.esm_config.get("ScalingConfig") or {}
            worker.poller.choreo_lanes = Lanes(int(scaling.get("MaximumConcurrency") or CONCURRENCY_DEFAULT))
        return worker

    def poll(self: SqsPoller) -> None:
        self.choreo_lanes.wait()
        poll_events(self)

    EsmWorkerFactory.get_esm_worker = with_lanes
    SqsPoller.poll_events = poll
    SqsPoller.handle_messages = lambda self, messages: self.choreo_lanes.run(handle_messages, self, messages)
