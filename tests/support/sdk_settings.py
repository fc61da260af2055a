"""What botocore resolves for cases on stdin, one as JSON on each line: for a profile that is named, and
in an environment. Prints one line for each."""

import json
import os
import sys

import botocore.session
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    DEFAULT_S3_CONFIG_VARS,
    ConfiguredEndpointProvider,
)
from botocore.utils import resolve_imds_endpoint_mode

BASE = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BOTO"))}
NOT_SETTINGS = {"profile", "config_file", "credentials_file", "api_versions", "parameter_validation"}
SERVICES = ["s3", "sts", "dynamodb", "iam", "elasticbeanstalk"]


def both(variables):
    """The variables of a table that a key and an environment variable can set."""
    return {
        name: (config, env)
        for name, (config, env, _default, _convert) in variables.items()
        if config is not None and env is not None
    }


def table():
    rows = {**both(BOTOCORE_DEFAUT_SESSION_VARIABLES), **both(DEFAULT_S3_CONFIG_VARS)}
    return [
        {"variable": env, "keys": [".".join([key] if isinstance(key, str) else key)
                                   for key in (config if isinstance(config, list) else [config])]}
        for config, env in rows.values()
    ]


def resolved(environment, profile, clients):
    os.environ.clear()
    os.environ.update(BASE)
    os.environ.update(environment)
    try:
        session = botocore.session.Session(profile=profile)
        found = {
            name: session.get_config_variable(name)
            for name in BOTOCORE_DEFAUT_SESSION_VARIABLES
            if name not in NOT_SETTINGS
        }
        s3 = session.get_config_variable("s3") or {}
        found.update({f"s3.{name}": s3.get(name) for name in both(DEFAULT_S3_CONFIG_VARS)})
        found["imds_mode"] = resolve_imds_endpoint_mode(session)
        for service in SERVICES:
            provider = ConfiguredEndpointProvider(
                full_config=session.full_config,
                scoped_config=session.get_scoped_config(),
                client_name=service,
            )
            ignored = session.get_config_variable("ignore_configured_endpoint_urls")
            found[f"endpoint {service}"] = None if ignored else provider.provide()
        for service in clients:
            client = session.create_client(
                service, aws_access_key_id="a", aws_secret_access_key="b"
            )
            signer = client._request_signer
            found[f"client {service}"] = [client.meta.endpoint_url, signer._region_name]
        return found
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}


if sys.argv[1:] == ["table"]:
    print(json.dumps(table()))
else:
    for line in sys.stdin.read().splitlines():
        case = json.loads(line)
        print(
            json.dumps(
                {
                    "named": resolved(case["outside"], case["profile"], case["clients"]),
                    "given": resolved(case["inside"], None, case["clients"]),
                }
            )
        )
