"""Ends LocalStack when its guard is gone.

The guard holds the other end of standard input. Its end is read as the end of the guard, which then cannot clean up
any more: the children are ended here. Nobody adopts what a thread starts meanwhile, so from then on none can.
"""

import os
import subprocess
import threading
import time

import psutil

CALM_S = 0.1  # a thread that was about to start a process has done so
_ending = threading.Event()


def watch() -> None:
    if os.environ.get("CHOREO_GUARDED") == "1":
        _let_none_start()
        threading.Thread(target=_wait, name="choreo-leash", daemon=True).start()


def _let_none_start() -> None:
    original = subprocess.Popen.__init__

    def start(self: subprocess.Popen, *args, **kwargs) -> None:
        if _ending.is_set():
            raise OSError("LocalStack ends, as its guard is gone")
        original(self, *args, **kwargs)

    subprocess.Popen.__init__ = start


def _wait() -> None:
    while os.read(0, 1):
        pass
    _ending.set()
    _kill_children()
    time.sleep(CALM_S)
    _kill_children()
    os._exit(1)


def _kill_children() -> None:
    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass
