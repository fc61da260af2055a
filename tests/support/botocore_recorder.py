"""botocore with nothing left that leaves the process: what it would ask for is recorded.

Its session, its providers, their order and their checks are its own. Replaced are the STS client,
the password prompt, the program of a credential_process, and the fetchers of SSO, login, containers
and instances.
"""

import datetime
import getpass
import hashlib
import json
import re
import urllib.parse

import botocore.credentials as credentials
import botocore.httpsession
import botocore.model
import botocore.session
import botocore.validate
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ParamValidationError
from botocore.utils import ContainerMetadataFetcher, InstanceMetadataFetcher, validate_region_name

loader = botocore.session.Session().get_component("data_loader")
sts_data = loader.load_service_model("sts", "service-2")
sts_model = botocore.model.ServiceModel(sts_data)


class Recorder:
    """What one resolution has asked for so far."""

    def __init__(self):
        self.calls = []
        self.hops = []
        self.prompts = []
        self.base = None
        self.granted = {}

    def grant(self, kind, count=0):
        """Returns made-up credentials; their key ID says what they were given for."""
        number = int(hashlib.sha256(kind.encode()).hexdigest(), 16) % 10**8
        access_key = f"ASIA{number:08d}{count:08d}"
        self.granted[access_key] = kind
        return {
            "AccessKeyId": access_key,
            "SecretAccessKey": "made-up",
            "SessionToken": "made-up",
            "Expiration": datetime.datetime.now(datetime.timezone.utc)
            + datetime.timedelta(hours=1),
        }

    def leaf(self, **base):
        """Notes where the first credentials come from; the innermost source is seen first."""
        if self.base is None:
            self.base = base

    def answer_role(self, call):
        self.calls.append(call)
        return self.grant("role " + call["roleArn"], len(self.calls))


class NoCache:
    """botocore's cache of roles spares the second of two equal calls; all of them are of interest."""

    def __contains__(self, key):
        return False

    def __setitem__(self, key, value):
        pass


class RecordingClient:
    """In the place of an STS client: checks as one, and answers with made-up credentials."""

    def __init__(self, recorder, region, signer):
        self.recorder = recorder
        self.region = region
        self.signer = signer

    def assume_role(self, **params):
        check_params("AssumeRole", params)
        call = {"region": self.region, "signer": self.signer, **role_of(params)}
        return {"Credentials": self.recorder.answer_role(call), "AssumedRoleUser": {"Arn": ""}}

    def assume_role_with_web_identity(self, **params):
        check_params("AssumeRoleWithWebIdentity", params)
        web_identity_leaf(self.recorder, params, self.region)
        return {"Credentials": self.recorder.grant("web-identity"), "AssumedRoleUser": {"Arn": ""}}


def web_identity_leaf(recorder, params, region):
    role = role_of(params)
    recorder.base["roleArn"] = role["roleArn"]
    recorder.base["region"] = region
    if "roleSessionName" in role:
        recorder.base["roleSessionName"] = role["roleSessionName"]


def role_of(params):
    names = {
        "roleArn": "RoleArn",
        "roleSessionName": "RoleSessionName",
        "externalId": "ExternalId",
        "serialNumber": "SerialNumber",
        "durationSeconds": "DurationSeconds",
    }
    role = {ours: params[theirs] for ours, theirs in names.items() if theirs in params}
    if re.fullmatch(r"botocore-session-\d+", role["roleSessionName"]):
        del role["roleSessionName"]
    return role


def check_params(operation, params):
    shape = sts_model.operation_model(operation).input_shape
    report = botocore.validate.ParamValidator().validate(params, shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def region_of(session, region_name=None, config=None):
    """Returns the region that a client of this session has, or fails as it or its request does."""
    region = session._resolve_region_name(region_name, config)
    # Every client looks for a bearer token, which fails where sso_session leads nowhere.
    session.get_auth_token()
    if region == "":
        raise ValueError("Invalid endpoint: https://sts..amazonaws.com")
    return region


# What is replaced. `current` is the recorder of the resolution that is under way.

current = None
is_real = False
real_client_creator = credentials._get_client_creator


def start(real):
    """Begins a resolution, by botocore's own clients or not."""
    global current, is_real
    current, is_real = Recorder(), real
    return current


def client_creator_for(session, region_name):
    def create(service_name, config=None, **keys):
        region = region_of(session, region_name, config)
        return RecordingClient(current, region, keys.get("aws_access_key_id"))

    return real_client_creator(session, region_name) if is_real else create


def prompt(text):
    current.prompts.append(re.fullmatch("Enter MFA code for (.*): ", text, re.DOTALL)[1])
    return "123456"


class Program:
    returncode = 0

    def __init__(self, argv, **_):
        argv[0]  # As Popen, which fails where there is none.

    def communicate(self):
        answer = {"Version": 1, **current.grant("process")}
        answer["Expiration"] = answer["Expiration"].isoformat()
        return json.dumps(answer).encode(), b""


def fetched(kind):
    grant = current.grant(kind)
    return {
        "access_key": grant["AccessKeyId"],
        "secret_key": grant["SecretAccessKey"],
        "token": grant["SessionToken"],
        "expiry_time": grant["Expiration"].isoformat(),
        "account_id": None,
        "role_name": "made-up",
    }


def sso_credentials(fetcher):
    validate_region_name(fetcher._sso_region)
    if fetcher._token_provider:
        # Checks the [sso-session] before it looks for a token.
        fetcher._token_provider.load_token()
    current.base.update(
        startUrl=fetcher._start_url,
        ssoRegion=fetcher._sso_region,
        accountId=fetcher._account_id,
        roleName=fetcher._role_name,
    )
    if fetcher._sso_session_name:
        current.base["ssoSession"] = fetcher._sso_session_name
    return {"Credentials": current.grant("sso")}


def login_credentials(fetcher):
    current.base["loginSession"] = fetcher._session_name
    return fetched("login")


def container_answer(fetcher, full_url, headers=None):
    fetcher._validate_allowed_url(full_url)
    grant = current.grant("container")
    return {**grant, "Token": grant["SessionToken"], "Expiration": grant["Expiration"].isoformat()}


def token_loader(path):
    current.base["tokenFile"] = path
    return lambda: "made-up token"


kind_of_method = {
    "assume-role-with-web-identity": "web-identity",
    "sso": "sso",
    "shared-credentials-file": "keys",
    "config-file": "keys",
    "login": "login",
    "custom-process": "process",
    "env": "environment",
    "container-role": "container",
    "iam-role": "instance",
}


def watch(provider):
    """Has a provider note what it gives, before it fetches anything."""
    load = provider.load
    kind = kind_of_method[provider.METHOD]

    def watched(self):
        before = current.base
        # Some fetch while they load, and add to it.
        current.leaf(kind=kind, section=getattr(self, "_profile_name", None))
        found = load(self)
        if found is None:
            current.base = before
        elif kind in ("keys", "environment"):
            current.base["accessKeyId"] = found.access_key
            if found.token:
                current.base["kind"] = "session" if kind == "keys" else kind
            current.base["secret"] = [found.secret_key, found.token]
        return found

    provider.load = watched


def watch_process():
    retrieve = credentials.ProcessProvider._retrieve_credentials_using

    def watched(self, command):
        current.base["command"] = command
        return retrieve(self, command)

    credentials.ProcessProvider._retrieve_credentials_using = watched


def watch_roles():
    """Notes the profile of each call, the bottom one first, as they are made."""
    load = credentials.AssumeRoleProvider._load_creds_via_assume_role
    named = credentials.AssumeRoleProvider._resolve_credentials_from_source

    def watched(self, profile_name):
        found = load(self, profile_name)
        current.hops.append(profile_name)
        return found

    def watched_named(self, credential_source, profile_name):
        found = named(self, credential_source, profile_name)
        current.base["section"] = profile_name
        return found

    credentials.AssumeRoleProvider._load_creds_via_assume_role = watched
    credentials.AssumeRoleProvider._resolve_credentials_from_source = watched_named


def replace_everything_outside():
    for provider in (
        credentials.AssumeRoleWithWebIdentityProvider,
        credentials.SSOProvider,
        credentials.SharedCredentialProvider,
        credentials.ConfigProvider,
        credentials.LoginProvider,
        credentials.ProcessProvider,
        credentials.EnvProvider,
        credentials.ContainerProvider,
        credentials.InstanceMetadataProvider,
    ):
        watch(provider)
    watch_process()
    watch_roles()
    credentials._get_client_creator = client_creator_for
    credentials.ProcessProvider.__init__.__defaults__ = (Program,)
    assert credentials.AssumeRoleProvider.__init__.__defaults__[0] is getpass.getpass
    credentials.AssumeRoleProvider.__init__.__defaults__ = (prompt, None, None)
    credentials.FileWebIdentityTokenLoader = token_loader
    credentials.SSOCredentialFetcher._get_credentials = sso_credentials
    # An optional package that only signs what is not sent here.
    credentials.EC = credentials.EC or object()
    credentials.LoginCredentialFetcher.load_cached_credentials = login_credentials
    ContainerMetadataFetcher.retrieve_full_uri = container_answer
    InstanceMetadataFetcher.retrieve_iam_role_credentials = lambda _: fetched("instance")
    # Whoever asked the network all the same would fail; and it takes time to set up.
    botocore.httpsession.URLLib3Session = lambda *_, **__: None


# botocore's own clients, whose requests are answered before they are sent.


def answer_request(request, **_):
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    params = {name: value[0] for name, value in urllib.parse.parse_qs(body).items()}
    action = params["Action"]
    if "DurationSeconds" in params:
        params["DurationSeconds"] = int(params["DurationSeconds"])
    scope = re.search(
        r"Credential=([^/]*)/\d+/([^/]*)/sts/", (request.headers.get("Authorization") or b"").decode()
    )
    host = urllib.parse.urlsplit(request.url).netloc
    region = host.split(".")[1] if host != "sts.amazonaws.com" else None
    if action == "AssumeRole":
        call = {"region": region, "signer": scope[1], **role_of(params)}
        grant = current.answer_role(call)
    elif action == "AssumeRoleWithWebIdentity":
        web_identity_leaf(current, params, region)
        grant = current.grant("web-identity")
    else:
        current.identity = (scope[1], region)
        grant = {}
    keys = "".join(
        f"<{key}>{value.isoformat() if key == 'Expiration' else value}</{key}>"
        for key, value in grant.items()
    )
    text = f"<{action}Response><{action}Result><Credentials>{keys}</Credentials></{action}Result></{action}Response>"
    raw = type("Raw", (), {"stream": lambda *_, **__: [text.encode()]})()
    return AWSResponse(request.url, 200, {"content-type": "text/xml"}, raw)


shared_data = {}


def share_data(session):
    """Reads botocore's data once, and not for each session."""
    for store, name in (
        (session._components, "data_loader"),
        (session._internal_components, "endpoint_resolver"),
        (session._internal_components, "default_config_resolver"),
    ):
        if name not in shared_data:
            shared_data[name] = store.get_component(name)
        store.register_component(name, shared_data[name])
