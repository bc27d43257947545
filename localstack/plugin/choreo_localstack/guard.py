"""Runs LocalStack as a child, and leaves no process behind when it ends.

    python -m choreo_localstack.guard [--attached]

DynamoDB Local, kinesis-local and the functions run in sessions of their own, so that ending LocalStack's group does not
end them. The guard ends everything below itself: when LocalStack ends for whatever reason, when the guard is told to
(SIGTERM, SIGINT, SIGHUP) and, with ``--attached``, when its standard input ends: then whoever started it is gone.
On Linux it adopts orphans, so that the children of a killed LocalStack are still found.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

import psutil

POLL_S = 0.2
GRACE_S = 1  # nothing is saved, so there is nothing to wait for
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def family() -> list[psutil.Process]:
    try:
        return psutil.Process().children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill_all(known: list[psutil.Process]) -> None:
    """``known``: seen before, for systems that give orphans to another parent. psutil refuses a recycled id."""
    left = known + family()
    while left:
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
        reap()
        left = family()
        if left:
            time.sleep(0.02)


def reap(server: int = 0) -> int | None:
    """Buries ended children. Returns how the server ended, if it did."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return None
        if pid == server:
            return os.waitstatus_to_exitcode(status)


def wait_for_owner(end: threading.Event) -> None:
    """Read without Python's buffer, whose lock would be held when the interpreter ends."""
    while os.read(0, 1):
        pass
    end.set()


def main() -> int:
    adopt_orphans()
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: end.set())
    if "--attached" in sys.argv:
        threading.Thread(target=wait_for_owner, args=[end], daemon=True).start()

    read, write = os.pipe()  # the write end lives as long as the guard
    server = subprocess.Popen(
        [sys.executable, "-m", "choreo_localstack.server"],
        stdin=read,
        env={**os.environ, "CHOREO_GUARDED": "1"},
        start_new_session=True,
    )
    os.close(read)
    exited, known = None, []
    while exited is None and not end.wait(POLL_S):
        exited = reap(server.pid)
        if sys.platform != "linux":
            known = family() or known
    if exited is None:
        known = family()
        os.kill(server.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while exited is None and time.monotonic() < deadline:
            time.sleep(0.05)
            exited = reap(server.pid)
        exited = 0
    kill_all(known)
    os.close(write)
    return exited


if __name__ == "__main__":
    sys.exit(main())
