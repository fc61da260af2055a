/**
 * Where botocore sends its requests, and for which region it signs them: its clients are made, and
 * asked for a request that is caught before it is sent.
 *
 * @module
 */

import type { Service } from "../../lib/profile/aws_host.ts";
import { runPython } from "./python.ts";

/** A profile, with everything that its endpoints depend on. */
export interface EndpointWorld {
  readonly config: string;
  readonly credentials?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly profile: string;
  /** Absent where none is set. */
  readonly region?: string;
}

/** The URL and the signing region, if it is signed; or why there is none. */
export type EndpointAnswer =
  | { readonly url: string; readonly signingRegion: string | null }
  | { readonly error: string };

const asker = `
import json, logging, os, re, sys, tempfile
for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]
import botocore.loaders, botocore.session
logging.disable(logging.CRITICAL)
loader = botocore.loaders.create_loader()
operations = {
    "sts": ("get_caller_identity", {}),
    "iam": ("list_mfa_devices", {}),
    "ecr": ("get_authorization_token", {}),
    "ecr-public": ("get_authorization_token", {}),
    "eks": ("describe_cluster", {"name": "x"}),
    "sso": ("list_accounts", {"accessToken": "a"}),
    "sso-oidc": ("create_token", {"clientId": "a", "clientSecret": "b", "grantType": "c"}),
    "signin": ("create_o_auth2_token", {"tokenInput": {"clientId": "a", "grantType": "b"}}),
}

class Caught(Exception):
    pass

def ask(session, service, region):
    caught = []
    def catch(request, **_):
        signature = request.headers.get("Authorization", b"")
        signature = signature.decode() if isinstance(signature, bytes) else signature
        scope = re.search(r"Credential=[^/]+/[0-9]+/([^/]*)/", signature)
        caught.append({"url": request.url, "signingRegion": scope and scope[1]})
        raise Caught()
    try:
        client = session.create_client(
            service, region_name=region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x"
        )
        client.meta.events.register("before-send", catch)
        operation, arguments = operations[service]
        getattr(client, operation)(**arguments)
    except Caught:
        return caught[0]
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)}

with tempfile.TemporaryDirectory() as folder:
    files = {name: os.path.join(folder, name) for name in ("config", "credentials")}
    os.environ["AWS_CONFIG_FILE"] = files["config"]
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = files["credentials"]
    asked = json.load(sys.stdin)
    answers = []
    for world in asked["worlds"]:
        for name, path in files.items():
            with open(path, "w") as file:
                file.write(world.get(name, ""))
        os.environ.update(world["env"])
        session = botocore.session.Session(profile=world["profile"])
        session.register_component("data_loader", loader)
        answers.append([ask(session, each, world.get("region")) for each in asked["services"]])
        for name in world["env"]:
            del os.environ[name]
    json.dump(answers, sys.stdout)
`;

/** Asks botocore about many profiles at once; gives the answers of each, by service. */
export async function botocoreEndpoints(
  worlds: readonly EndpointWorld[],
  services: readonly Service[],
): Promise<Readonly<Record<Service, EndpointAnswer>>[]> {
  const input = JSON.stringify({ worlds, services });
  const answers: EndpointAnswer[][] = JSON.parse(await runPython(["-c", asker], { input }));
  return answers.map((each) =>
    Object.fromEntries(services.map((service, at) => [service, each[at]!])) as Record<
      Service,
      EndpointAnswer
    >
  );
}
