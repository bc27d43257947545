"""Execution environments: concurrent invocations, and the log group that a function is configured with.

On AWS, invocations that come at the same moment get an environment each. LocalStack 4.14.0 shows a new environment to
other invocations before it has reserved it, and walks through a dictionary that other threads change: some of them
fail with "can only be reserved if ready" or "dictionary changed size during iteration". It also writes every log to
``/aws/lambda/<function>``, whatever LoggingConfig.LogGroup says.
"""

import contextlib
import logging

from localstack.services.lambda_.invocation.assignment import AssignmentException, AssignmentService
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment, InvalidStatusException
from localstack.services.lambda_.invocation.lambda_models import InitializationType

LOG = logging.getLogger(__name__)


def take_idle(pool: dict[str, ExecutionEnvironment], kind) -> ExecutionEnvironment | None:
    """An environment that nobody else takes in the same moment, reserved."""
    for candidate in tuple(pool.values()):
        if candidate.initialization_type == kind:
            with contextlib.suppress(InvalidStatusException):
                candidate.reserve()
                return candidate
    return None


@contextlib.contextmanager
def lend_environment(self: AssignmentService, version_manager_id, function_version, provisioning_type):
    pool = self.environments[version_manager_id]
    environment = take_idle(pool, provisioning_type)
    if environment is None:
        if provisioning_type != InitializationType.on_demand:
            raise AssignmentException("every provisioned environment is busy")
        environment = self.start_environment(version_manager_id, function_version)
        environment.reserve()
        pool[environment.id] = environment
    try:
        yield environment
    except Exception:
        LOG.exception("an invocation failed outside its function; the environment is given up")
        self.stop_environment(environment)
        raise
    with contextlib.suppress(InvalidStatusException):  # stopped meanwhile: nothing to hand back
        environment.release()


def log_group_of(self: ExecutionEnvironment) -> str:
    configured = (self.function_version.config.logging_config or {}).get("LogGroup")
    return configured or f"/aws/lambda/{self.function_version.id.function_name}"


def apply() -> None:
    AssignmentService.get_environment = lend_environment
    ExecutionEnvironment.get_log_group_name = log_group_of
