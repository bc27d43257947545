"""CloudFormation: settings of streams and tables that LocalStack's providers leave out.

On AWS, a stream gets its RetentionPeriodHours and its StreamEncryption, and a table its point-in-time recovery.
LocalStack takes these properties, deploys, and does nothing with them.
"""

import functools

from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent, ResourceRequest
from localstack.services.dynamodb.resource_providers.aws_dynamodb_table import DynamoDBTableProvider
from localstack.services.kinesis.resource_providers.aws_kinesis_stream import KinesisStreamProvider

RETENTION_DEFAULT_HOURS = 24
DONE = "choreo_settings"


def set_stream(request: ResourceRequest, model: dict) -> bool:
    """Whether the stream is busy with it now."""
    client, hours = request.aws_client_factory.kinesis, int(model.get("RetentionPeriodHours") or RETENTION_DEFAULT_HOURS)
    if hours > RETENTION_DEFAULT_HOURS:
        client.increase_stream_retention_period(StreamName=model["Name"], RetentionPeriodHours=hours)
    if encryption := model.get("StreamEncryption"):
        client.start_stream_encryption(StreamName=model["Name"], **encryption)
    return bool(encryption)


def set_table(request: ResourceRequest, model: dict) -> bool:
    if recovery := model.get("PointInTimeRecoverySpecification"):
        enabled = str(recovery.get("PointInTimeRecoveryEnabled")).lower() == "true"
        request.aws_client_factory.dynamodb.update_continuous_backups(
            TableName=model["TableName"],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled},
        )
    return False


def then(provider: type, settle) -> None:
    """Runs ``settle`` once, when a resource is there, before CloudFormation is told so."""
    create = provider.create

    @functools.wraps(create)
    def create_and_settle(self, request: ResourceRequest) -> ProgressEvent:
        event = create(self, request)
        if event.status != OperationStatus.SUCCESS or request.custom_context.get(DONE):
            return event
        request.custom_context[DONE] = True
        status = OperationStatus.IN_PROGRESS if settle(request, event.resource_model) else OperationStatus.SUCCESS
        return ProgressEvent(status=status, resource_model=event.resource_model, custom_context=request.custom_context)

    provider.create = create_and_settle


def apply() -> None:
    then(KinesisStreamProvider, set_stream)
    then(DynamoDBTableProvider, set_table)
