"""What AWS itself is certain to refuse, by its model of the API and the form of its names."""

import re

from botocore_recorder import loader, sts_data, sts_model

sts_patterns = {name: shape.get("pattern") for name, shape in sts_data["shapes"].items()}
partitions = [
    (each["partition"], each["regionRegex"]) for each in loader.load_data("endpoints")["partitions"]
]


def aws_refusal(answer, secret):
    calls, base, region = answer["calls"], answer["base"], answer["region"]
    wrong = [fault for call in calls for fault in role_faults(call, region)]
    if region is not None and partition_of(region) is None:
        wrong.append(f"nobody answers in region {region}")
    doubtful = list(source_faults(base, secret))
    return {
        **({"awsRefuses": wrong} if wrong else {}),
        **({"awsRefusesSource": doubtful} if doubtful else {}),
    }


def role_faults(call, region):
    arn = re.fullmatch(
        r"arn:(aws[a-z-]*):iam::\d{12}:role/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64}",
        call["roleArn"],
        re.ASCII,
    )
    if not arn:
        yield "not the ARN of a role"
    elif region is not None and partition_of(region) not in (None, arn[1]):
        yield "the role is of another partition than the region"
    members = sts_model.operation_model("AssumeRole").input_shape.members
    for ours, theirs in (
        ("roleSessionName", "RoleSessionName"),
        ("externalId", "ExternalId"),
        ("serialNumber", "SerialNumber"),
    ):
        limits = members[theirs].metadata
        pattern = sts_patterns[members[theirs].name]
        value = call.get(ours)
        if value is None:
            continue
        if not re.fullmatch(pattern, value, re.ASCII) or len(value) > limits["max"]:
            yield f"not a {theirs}"
    serial = call.get("serialNumber")
    if serial is not None and not re.fullmatch(
        r"arn:aws[a-z-]*:iam::\d{12}:(?:sms-)?mfa/.+|[A-Za-z0-9]+", serial
    ):
        yield "not the serial number of a device whose codes STS takes"
    if call.get("durationSeconds", 0) > members["DurationSeconds"].metadata["max"]:
        yield "too long"


def source_faults(base, secret):
    kind = base["kind"]
    if any(isinstance(each, dict) for each in (*base.values(), *(secret or ()))):
        yield "a value with others nested in it"
        return
    if kind in ("keys", "session", "environment"):
        key, (secret_key, token) = base["accessKeyId"], secret
        if not re.fullmatch(r"[A-Z0-9]{16,128}", key):
            yield "not an access key ID"
        if not re.fullmatch(r"[A-Za-z0-9/+=_-]+", secret_key):
            yield "not a secret key"
        if token and not re.fullmatch(r"[\x21-\x7e]+", token):
            yield "not a session token"
        if key.startswith("ASIA") and not token:
            yield "a session's key without its token"
        if key.startswith("AKIA") and token:
            yield "a long-term key with a token"
    if kind == "web-identity" and not re.fullmatch(
        r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", base["roleArn"]
    ):
        yield "not the ARN of a role"
    session_name = base.get("roleSessionName") if kind == "web-identity" else None
    if session_name and not re.fullmatch(r"[\w+=,.@-]{2,64}", session_name, re.ASCII):
        yield "not a RoleSessionName"
    if kind == "sso" and not (
        re.fullmatch(r"\d{12}", base["accountId"])
        and re.fullmatch(r"[\w+=,.@-]+", base["roleName"])
        and re.fullmatch(r"https://[\x21-\x7e]+", base["startUrl"])
        and partition_of(base["ssoRegion"])
    ):
        yield "not an account, a role, an address or a region of IAM Identity Center"
    if kind == "login" and not base["loginSession"].strip():
        yield "not a login session"


def partition_of(region):
    return next((name for name, regex in partitions if re.match(regex, region)), None)
