"""Says what botocore makes of profiles, and calls nobody.

Reads a home as one line of JSON: {"config", "credentials", "variables", "names", "real"}, where a
file that is absent is null. Prints one line for each: {"unparsable"} or {"sections", "answers"}.
With "real", botocore's own clients sign the requests, which are answered before they are sent, and
an answer in which that differs has a "disagreement".
"""

import functools
import json
import os
import shutil
import sys
import tempfile

import botocore.configloader
import botocore.credentials as credentials
import botocore.exceptions
import botocore.session
import botocore_recorder as recorders
from botocore_refusals import aws_refusal


def resolve(name, real):
    recorder = recorders.start(real)
    try:
        session = botocore.session.Session(profile=name, include_builtin_handlers=real)
        if real:
            recorders.share_data(session)
            session.register("before-send.sts", recorders.answer_request)
        resolver = credentials.create_credential_resolver(session, cache=recorders.NoCache())
        session.register_component("credential_provider", resolver)
        if real:
            session.create_client("sts").get_caller_identity()
            signer, region = recorder.identity
        else:
            signer = session.get_credentials().get_frozen_credentials().access_key
            region = recorders.region_of(session)
    except Exception as error:  # Whatever it is: a user of botocore sees just that.
        return {"refused": type(error).__name__, "message": str(error)}
    return answer_of(recorder, signer, region)


def answer_of(recorder, signer, region):
    base, calls = dict(recorder.base), [dict(call) for call in recorder.calls]
    secret = base.pop("secret", None)
    for call, section in zip(calls, recorder.hops, strict=True):
        call["section"] = section
    signers = [call["signer"] for call in calls] + [signer]
    givers = [base.get("accessKeyId", base["kind"])] + [f"role {call['roleArn']}" for call in calls]
    for key, giver in zip(signers, givers, strict=True):
        if recorder.granted.get(key, key) != giver:
            raise AssertionError(f"{key} signed, and not what {giver} gave")
    answer = {
        "kind": "role" if calls else base["kind"],
        "base": base,
        "calls": calls,
        "region": region,
        "prompts": recorder.prompts,
    }
    return {**answer, **aws_refusal(answer, secret)}


def parse_each_file_once():
    """Every provider parses the files for itself, which takes most of the time."""
    parse = botocore.configloader.raw_config_parse

    @functools.cache
    def parse_once(config_filename, parse_subsections=True):
        return parse(config_filename, parse_subsections)

    botocore.configloader.raw_config_parse = parse_once
    return parse_once.cache_clear


def parsed_or_none(path, parse):
    try:
        return parse(path)
    except botocore.exceptions.ConfigNotFound:
        return None


def answer_home(home, folder):
    forget_files()
    paths = {each: os.path.join(folder, each) for each in ("config", "credentials")}
    for each, path in paths.items():
        if home[each] is None:
            if os.path.exists(path):
                os.remove(path)
        else:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(home[each])
    os.environ.clear()
    os.environ.update(home["variables"])
    os.environ["HOME"] = folder
    os.environ["AWS_CONFIG_FILE"] = paths["config"]
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = paths["credentials"]
    try:
        config = parsed_or_none(paths["config"], botocore.configloader.load_config)
        keys = parsed_or_none(paths["credentials"], botocore.configloader.raw_config_parse)
        merged = botocore.session.Session(include_builtin_handlers=False).full_config
    except botocore.exceptions.ConfigParseError as error:
        return {"unparsable": f"{error}: {error.kwargs['error']}"}
    # By pairs: a profile may have any name, also one that is special in JSON's readers.
    sections = {
        "profiles": pairs(merged["profiles"]),
        "config": pairs(config["profiles"] if config else {}),
        "credentials": pairs(keys or {}),
        "ssoSessions": pairs(merged.get("sso_sessions", {})),
    }
    names = list(dict.fromkeys([*home["names"], *merged["profiles"]]))
    answers = [[name, answer_profile(name, home.get("real", False))] for name in names]
    return {"sections": sections, "answers": answers}


def pairs(sections):
    return [
        [name, [[key, list(value.items()) if isinstance(value, dict) else value]
                for key, value in body.items()]]
        for name, body in sections.items()
    ]


def answer_profile(name, real):
    answer = resolve(name, False)
    if real:
        really = resolve(name, True)
        if comparable(really) != comparable(answer):
            return {**answer, "disagreement": really}
    return answer


def comparable(answer):
    # Of two reasons to refuse, a real client sees the region first.
    return "refused" if "refused" in answer else json.dumps(answer, sort_keys=True)


def main():
    global forget_files
    recorders.replace_everything_outside()
    forget_files = parse_each_file_once()
    folder = tempfile.mkdtemp(prefix="stsmfa-botocore-")
    try:
        for line in sys.stdin:
            print(json.dumps(answer_home(json.loads(line), folder)), flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
