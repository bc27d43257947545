"""DynamoDB Local from a folder of jars and native libraries that Maven has filled (``pom.xml``).

LocalStack would download a zip, a Java 21 and a Java agent for tables with more than 20 indexes. DynamoDB Local 2.6
needs none of them: it runs on Java 17.
"""

import os

from localstack.services.dynamodb.packages import DynamoDBLocalPackageInstaller
from localstack.services.dynamodb.server import DynamodbServer

MAIN = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"


def apply() -> None:
    jars = os.environ["CHOREO_DYNAMODB_JARS"]
    java = os.environ.get("CHOREO_JAVA", "java")
    original = DynamodbServer._create_shell_command

    def command(self: DynamodbServer) -> list[str]:
        """The server's own options are LocalStack's: from ``-port`` on."""
        parameters = original(self)
        options = [*self._get_java_vm_options(), f"-Xmx{self.heap_size}", f"-Djava.library.path={jars}"]
        return [java, *options, "-cp", f"{jars}/*", MAIN, *parameters[parameters.index("-port") :]]

    DynamodbServer._create_shell_command = command
    DynamoDBLocalPackageInstaller.is_installed = lambda self: True
    DynamoDBLocalPackageInstaller.get_installed_dir = lambda self: jars
    DynamoDBLocalPackageInstaller.get_java_env_vars = lambda self: {}
