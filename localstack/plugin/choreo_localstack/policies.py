"""Conditions of IAM policies with plain values.

On AWS, quotes around a number and a boolean are optional in a policy, and the CDK leaves them out where it grants a
function URL. moto calls that a syntax error.
"""

import functools

from moto.iam.policy_validation import IAMPolicyDocumentValidator


def in_quotes(value):
    return str(value).lower() if isinstance(value, (bool, int, float)) else value


def apply() -> None:
    validate = IAMPolicyDocumentValidator._validate_condition_syntax

    @functools.wraps(validate)
    def validate_condition_syntax(statement: dict) -> None:
        condition = statement.get("Condition")
        if isinstance(condition, dict):
            quoted = {
                operator: {key: in_quotes(value) for key, value in keys.items()} if isinstance(keys, dict) else keys
                for operator, keys in condition.items()
            }
            statement = {**statement, "Condition": quoted}
        validate(statement)

    IAMPolicyDocumentValidator._validate_condition_syntax = staticmethod(validate_condition_syntax)
