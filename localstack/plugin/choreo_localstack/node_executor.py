"""Lambda functions on Node as child processes: one for each execution environment, one invocation at a time.

As on AWS: a failure to load is the function's error, a time-out or an exit ends the environment and the next invocation
gets a fresh one, what is printed lands between the START and END lines of its invocation. Unlike AWS: every ``nodejs``
runtime is the Node that runs the emulator, any architecture is this machine's, nothing is frozen between invocations,
and the function may do whatever its user may. LocalStack does the rest: concurrency, idle time-out, retries.
"""

import json
import logging
import os
import shutil
import threading
import time

from localstack import config
from localstack.aws.api.lambda_ import PackageType
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from choreo_localstack.node_child import ChildExited, ChildTimedOut, NodeChild

LOG = logging.getLogger(__name__)

RESPONSE_BYTES_MAX = 6_291_556  # Lambda's limit for an answer that somebody waits for
INHERITED = ("PATH", "TMPDIR", "LANG")


class NodeExecutorPlugin(RuntimeExecutorPlugin):
    name = "choreo-node"

    def load(self, *_args, **_kwargs):
        return NodeExecutor


class NodeExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._env: dict[str, str] = {}
        self._child: NodeChild | None = None
        self._lock = threading.Lock()  # held while the child starts or runs an invocation

    # --- asked by LocalStack for a version of a function ---

    @classmethod
    def validate_environment(cls) -> bool:
        return shutil.which(os.environ.get("CHOREO_NODE", "node")) is not None

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        settings = function_version.config
        if settings.package_type != PackageType.Zip:
            raise NotImplementedError("functions run from zip packages here, not from images")
        if not (settings.runtime or "").startswith("nodejs"):
            raise NotImplementedError(f"functions run on Node here, not on {settings.runtime}")
        settings.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        pass  # LocalStack deletes the unpacked code with the function

    # --- asked for an execution environment ---

    def start(self, env_vars: dict[str, str]) -> None:
        """Nothing of the machine's environment reaches the function but what Node needs."""
        settings = self.function_version.config
        self._env = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **{name: str(value) for name, value in env_vars.items()},
            "LAMBDA_TASK_ROOT": str(settings.code.get_unzipped_code_location()),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
        }
        with self._lock:
            self._load()

    def stop(self) -> None:
        if child := self._child:
            child.kill()  # whoever holds the lock then lets go of it
        with self._lock:
            self._drop()

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"  # becomes AWS_ENDPOINT_URL; with an address the SDK needs no DNS for buckets

    def get_runtime_endpoint(self) -> str:
        return ""  # the child is not reached over HTTP

    def get_logs(self) -> str:
        return self._child.logs.decode(errors="replace") if self._child else ""

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        with self._lock:
            if self._child is None or not self._child.alive:
                self._load()
            return self._run(self._child, payload)

    # --- one invocation ---

    def _run(self, child: NodeChild, payload: dict[str, str]) -> InvocationResult:
        request_id, limit_s = payload["invoke-id"], self.function_version.config.timeout
        started, note = time.perf_counter(), ""
        try:
            reply = child.exchange({**payload, "deadline-ms": int((time.time() + limit_s) * 1000)}, limit_s)
        except ChildTimedOut:
            reason = f"Task timed out after {limit_s:.2f} seconds"
            note = f"{_timestamp()} {request_id} {reason}\n\n"
            reply = _failure("Sandbox.Timedout", f"RequestId: {request_id} Error: {reason}", fatal=True)
        except ChildExited:
            reason = child.exit_reason()
            note = f"RequestId: {request_id} Error: {reason}\nRuntime.ExitError\n"
            reply = _failure("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}", fatal=True)
        duration_ms = (time.perf_counter() - started) * 1000
        fatal = reply["type"] == "fatal"
        if len(reply["payload"].encode()) > RESPONSE_BYTES_MAX:
            reply = _failure("Function.ResponseSizeTooLarge", f"The response has more than {RESPONSE_BYTES_MAX} bytes.")
        logs = self._log_of(child, request_id, duration_ms, note)
        if fatal:
            self._drop()
        return InvocationResult(
            request_id=request_id,
            payload=reply["payload"].encode(),
            is_error=reply["type"] != "result",
            logs=logs,
        )

    def _log_of(self, child: NodeChild, request_id: str, duration_ms: float, note: str) -> str:
        printed = child.logs.decode(errors="replace")
        child.logs.clear()
        if printed and not printed.endswith("\n"):
            printed += "\n"
        size = self.function_version.config.memory_size
        return (
            f"START RequestId: {request_id} Version: {self.function_version.id.qualifier}\n{printed}{note}"
            f"END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\tBilled Duration: {int(duration_ms) + 1} ms\t"
            f"Memory Size: {size} MB\tMax Memory Used: {child.memory_mb() or size} MB\t\n"
        )

    # --- its child ---

    def _load(self) -> None:
        """Starts a child and waits until it has loaded the handler."""
        self._drop()
        child = NodeChild(self._env["LAMBDA_TASK_ROOT"], self._env, self.function_version.config.memory_size)
        self._child = child
        try:
            reply = child.exchange(None, config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)
        except ChildTimedOut:
            reply = _failure("Sandbox.Timedout", "Error: the function's code did not finish loading in time")
        except ChildExited:
            reply = _failure("Runtime.ExitError", f"Error: {child.exit_reason()}")
        if reply["type"] == "ready":
            return
        name, printed = self.function_version.id.function_name, self.get_logs()
        self._drop()
        LOG.warning("Function %s does not load: %s\n%s", name, reply["payload"], printed)
        raise StatusErrorException("the function's code does not load", payload=reply["payload"].encode())

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()


def _failure(error_type: str, message: str, fatal: bool = False) -> dict:
    payload = json.dumps({"errorType": error_type, "errorMessage": message})
    return {"type": "fatal" if fatal else "error", "payload": payload}


def _timestamp() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
