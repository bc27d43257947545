"""Which CloudFormation types a stack may use: those with a resource provider here.

LocalStack decides by a catalogue that it downloads. Offline it then calls every type unsupported, and with
CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0, which makes an unknown type fail the deployment as on AWS, nothing deploys.
"""

from localstack.services.cloudformation.engine.v2.change_set_resource_support_checker import (
    ChangeSetResourceSupportChecker,
)
from localstack.services.cloudformation.resource_provider import plugin_manager
from localstack.utils.catalog.common import (
    CloudFormationResourcesSupportAtRuntime,
    CloudFormationResourcesSupportInLatest,
)


def status_of_type(self, resource_type: str):
    provider = "AWS::CloudFormation::CustomResource" if resource_type.startswith("Custom::") else resource_type
    if plugin_manager.exists(provider):
        return CloudFormationResourcesSupportAtRuntime.AVAILABLE
    return CloudFormationResourcesSupportInLatest.NOT_SUPPORTED


def apply() -> None:
    ChangeSetResourceSupportChecker._resource_support_status = status_of_type
