"""FIFO queues: a group is locked while a message of it is in flight, and groups do not wait for each other.

On AWS, no message of a group is handed out while another one of it is invisible, whatever the visibility time-outs of
the others; and a group that waits long does not hold up the rest. LocalStack stops at the first invisible message of
the queue when it looks for expired ones, which holds up all groups, and opens a group as soon as one of its messages
is visible again, which lets a later message overtake.
"""

from localstack.services.sqs.models import FifoQueue, SqsMessage


def in_flight(self: FifoQueue, group_id: str) -> bool:
    return any(message.message_group_id == group_id for message in self.inflight)


def requeue_expired(self: FifoQueue) -> None:
    """Gives back the groups of which everything that was in flight has expired."""
    with self.mutex:
        hidden = {message.message_group_id for message in self.inflight if not message.is_visible}
        expired = [message for message in self.inflight if message.message_group_id not in hidden]
        for message in expired:
            del self.inflight[message]
        for message in expired:
            self._put_message(message)


def put_back(self: FifoQueue, message: SqsMessage) -> None:
    """Adds a message, new or handed out before, to its group; opens the group unless it waits for another message."""
    group = self.get_message_group(message.message_group_id)
    with self.mutex:
        listed = not group.empty()
        group.push(message)
        if group in self.inflight_groups:
            if message.receive_count == 0 or in_flight(self, message.message_group_id):
                return
            self.inflight_groups.discard(group)
            self.message_group_queue.put_nowait(group)
        elif not listed:
            self.message_group_queue.put_nowait(group)


def apply() -> None:
    FifoQueue.requeue_inflight_messages = requeue_expired
    FifoQueue._put_message = put_back
