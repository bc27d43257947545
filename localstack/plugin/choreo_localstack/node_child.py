"""One child process that runs a Node Lambda: its start, one request and answer at a time, what it prints, its end.

Requests and answers are lines of JSON over a socket pair. What the child prints goes to a pipe that is read meanwhile,
so that a chatty function never blocks.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

CHILD = Path(__file__).with_name("child.mjs")
CHUNK = 1 << 16
EXIT_WAIT_S = 5


class ChildExited(Exception):
    """The child went away before it answered."""


class ChildTimedOut(Exception):
    """The child did not answer in time."""


class NodeChild:
    def __init__(self, folder: str, env: dict[str, str], memory_mb: int) -> None:
        self.logs = bytearray()
        self._channel, theirs = socket.socketpair()
        self._log_fd, log_write = os.pipe()
        self._channel.setblocking(False)
        os.set_blocking(self._log_fd, False)
        try:
            self._process = subprocess.Popen(
                [os.environ.get("CHOREO_NODE", "node"), f"--max-old-space-size={memory_mb}", str(CHILD)],
                cwd=folder,
                env={**env, "CHOREO_CHANNEL_FD": str(theirs.fileno())},
                stdin=subprocess.DEVNULL,
                stdout=log_write,
                stderr=log_write,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except BaseException:
            self._channel.close()
            os.close(self._log_fd)
            raise
        finally:
            theirs.close()
            os.close(log_write)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def memory_mb(self) -> int | None:
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self._process.pid).memory_info().rss >> 20
        return None

    def kill(self) -> None:
        """Ends the process and what it started. A request that is under way then fails with ChildExited."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self._process.wait()
        self._channel.close()
        os.close(self._log_fd)

    def exit_reason(self) -> str:
        self._read_logs()
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(timeout=EXIT_WAIT_S)
            if code < 0:
                return f"Runtime exited with error: signal: {signal.Signals(-code).name}"
            if code > 0:
                return f"Runtime exited with error: exit status {code}"
        return "Runtime exited without providing a reason"

    def exchange(self, request: dict | None, limit_s: float) -> dict:
        """Sends a request, if there is one, and waits for a line.

        Raises ChildTimedOut, ChildExited.
        """
        outgoing = memoryview(json.dumps(request).encode() + b"\n" if request else b"")
        answer = bytearray()
        deadline = time.monotonic() + limit_s
        poller = select.poll()
        poller.register(self._channel, select.POLLIN | (select.POLLOUT if outgoing else 0))
        poller.register(self._log_fd, select.POLLIN)
        prints = True
        while not answer.endswith(b"\n"):
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                self._read_logs()
                raise ChildTimedOut
            for fd, event in poller.poll(remaining * 1000):
                if fd == self._log_fd:
                    if not self._read_logs() and prints:
                        poller.unregister(self._log_fd)
                        prints = False
                    continue
                if outgoing and event & select.POLLOUT:
                    outgoing = self._send(outgoing)
                    if not outgoing:
                        poller.modify(self._channel, select.POLLIN)
                if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                    answer += self._receive()
        self._read_logs()
        return json.loads(answer)

    def _send(self, outgoing: memoryview) -> memoryview:
        try:
            return outgoing[self._channel.send(outgoing[:CHUNK]) :]
        except BlockingIOError:
            return outgoing
        except OSError as error:
            raise ChildExited from error

    def _receive(self) -> bytes:
        try:
            data = self._channel.recv(CHUNK * 4)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise ChildExited from error
        if not data:
            raise ChildExited
        return data

    def _read_logs(self) -> bool:
        """Takes what was printed so far. False: nothing more will come."""
        try:
            while chunk := os.read(self._log_fd, CHUNK):
                self.logs += chunk
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
