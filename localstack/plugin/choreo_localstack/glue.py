"""The Glue schema registry, by moto: registries, schemas, versions, lookup by definition.

moto checks names, data formats and that Avro and JSON can be parsed. It enforces no compatibility mode except DISABLED, and it
lacks ListSchemas, ListSchemaVersions, DeleteSchemaVersions, CheckSchemaVersionValidity and GetSchemaVersionsDiff.
"""

from localstack.services.plugins import Service, aws_provider


class GlueProvider:
    service = "glue"


@aws_provider(api="glue")
def glue() -> Service:
    from localstack.aws.spec import load_service
    from localstack.services.moto import _proxy_moto

    operations = load_service("glue").operation_names
    return Service.for_provider(GlueProvider(), dispatch_table_factory=lambda _: dict.fromkeys(operations, _proxy_moto))
