"""The Kinesis server is used only once it listens.

LocalStack starts it with the first request, and shows it to other requests before it is up: of requests that come
together at the beginning, all but the first are refused.
"""

from localstack.services.kinesis.kinesis_mock_server import KinesisServerManager


def apply() -> None:
    server_of = KinesisServerManager.get_server_for_account

    def wait_for_server(self: KinesisServerManager, account_id: str):
        with self._lock:  # held by whoever starts it, until it is up
            return server_of(self, account_id)

    KinesisServerManager.get_server_for_account = wait_for_server
