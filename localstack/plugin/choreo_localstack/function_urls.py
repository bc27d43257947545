"""Function URLs that resolve anywhere, and AWS_IAM.

LocalStack puts the id of a URL into its host name, below the host of the emulator; with an address as host, no client
can parse that, and with ``localhost`` it depends on the system. Here the id is in the path. As on AWS, a URL with
AuthType AWS_IAM refuses requests without a signature, and tells the function who signed. Unlike AWS, any signature
will do.
"""

import functools
import re

from localstack import config
from localstack.http import Request, Response
from localstack.services.lambda_ import urlrouter
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider

PREFIX = "/_function-url"
SIGNED = re.compile(r"AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256) Credential=([^/,\s]+)/")


def url_config_of(url_id: str):
    for regions in lambda_stores.values():
        for store in regions.values():
            for function in store.functions.values():
                for found in function.function_url_configs.values():
                    if found.url_id == url_id:
                        return found
    return None


def signer_of(request: Request) -> str | None:
    """The access key of the signature, in a header or in the query."""
    if found := SIGNED.search(request.headers.get("Authorization", "")):
        return found[1]
    return request.args.get("X-Amz-Credential", "").split("/")[0] or None


def with_path_of(event: dict, url_id: str) -> dict:
    prefix = f"{PREFIX}/{url_id}"
    if event["rawPath"].startswith(prefix):
        path = event["rawPath"].removeprefix(prefix) or "/"
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
    if not event["queryStringParameters"]:
        del event["queryStringParameters"]
    return event


def identity(access_key: str, function_arn: str) -> dict:
    account = function_arn.split(":")[4]
    return {
        "iam": {
            "accessKey": access_key,
            "accountId": account,
            "callerId": access_key,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": f"arn:aws:iam::{account}:root",
            "userId": access_key,
        }
    }


def apply() -> None:
    create, register = LambdaProvider.create_function_url_config, urlrouter.FunctionUrlRouter.register_routes
    event_of = urlrouter.event_for_lambda_url

    @functools.wraps(create)
    def create_function_url_config(self, context, function_name, *args, **kwargs):
        response = create(self, context, function_name, *args, **kwargs)
        known = lambda_stores[context.account_id][context.region].functions.values()
        for url in (url for function in known for url in function.function_url_configs.values()):
            if url.url == response["FunctionUrl"]:
                url.url = f"http://{config.LOCALSTACK_HOST.host_and_port()}{PREFIX}/{url.url_id}/"
                response["FunctionUrl"] = url.url
                break
        return response

    def event_for_lambda_url(api_id: str, request: Request) -> dict:
        event = with_path_of(event_of(api_id, request), api_id)
        found = url_config_of(api_id)
        if found and found.auth_type == "AWS_IAM" and (access_key := signer_of(request)):
            event["requestContext"]["authorizer"] = identity(access_key, found.function_arn)
            event["requestContext"]["accountId"] = found.function_arn.split(":")[4]
        return event

    def register_routes(self: urlrouter.FunctionUrlRouter) -> None:
        def invoke(request: Request, url_id: str, **_path) -> Response:
            found = url_config_of(url_id)
            if found is None or (found.auth_type == "AWS_IAM" and signer_of(request) is None):
                return Response('{"Message":"Forbidden"}', 403, mimetype="application/json")
            return self.handle_lambda_url_invocation(request, url_id, found.function_arn.split(":")[3])

        if not self.registered:
            self.router.add(f"{PREFIX}/<url_id>/", endpoint=invoke)
            self.router.add(f"{PREFIX}/<url_id>/<path:path>", endpoint=invoke)
        register(self)

    LambdaProvider.create_function_url_config = create_function_url_config
    urlrouter.event_for_lambda_url = event_for_lambda_url
    urlrouter.FunctionUrlRouter.register_routes = register_routes
