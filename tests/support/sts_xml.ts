/**
 * The AWS query protocol: its documents, its refusals with their exact texts and statuses, and the
 * form that each parameter must have.
 *
 * @module
 */

/** The content of an element: text, or child elements by name; an array repeats its element. */
export type XmlContent = string | { readonly [name: string]: XmlContent | readonly XmlContent[] };

/** The form fields of one call, by name. */
export type Params = Readonly<Record<string, string>>;

/** The supported services, with the API version that is in every call and in the namespace. */
export const API_VERSIONS = { sts: "2011-06-15", iam: "2010-05-08" } as const;

/** The supported services. */
export type ServiceName = keyof typeof API_VERSIONS;

/** A refusal in AWS's words; can be thrown anywhere while a call is handled. */
export class AwsRefusal extends Error {
  constructor(readonly code: string, message: string, readonly status: number) {
    super(message);
    this.name = code;
  }
}

const MFA_FAILED = "MultiFactorAuthentication failed";

/** AWS's refusals: code, message (trailing spaces included) and HTTP status. */
export const refusals = {
  wrongCode: () => denied(`${MFA_FAILED} with invalid MFA one time pass code. `),
  foreignDevice: () =>
    denied(
      `${MFA_FAILED}, unable to validate MFA code.  Please verify your MFA serial number is valid and ` +
        "associated with this user.",
    ),
  halfMfa: () =>
    denied(`${MFA_FAILED}, must provide both MFA serial number and one time pass code.`),
  sessionForSession: () => denied("Cannot call GetSessionToken with session credentials"),
  federationForSession: () => denied("Cannot call GetFederationToken with session credentials"),
  rootAssumesRole: () => denied("Roles may not be assumed by root accounts."),
  notAuthorized: (arn: string, action: string, rest: string) =>
    denied(`User: ${arn} is not authorized to perform: ${action}${rest}`),
  invalidToken: () =>
    new AwsRefusal(
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
      403,
    ),
  unknownToken: () =>
    new AwsRefusal(
      "InvalidIdentityToken",
      "No OpenIDConnect provider found in your account for https://idp.example",
      400,
    ),
  chainedTooLong: () =>
    invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ),
  longerThanRole: () =>
    invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
  notAnArn: (text: string) => invalid(`${text} is invalid`),
  notARole: () => invalid("Request ARN is invalid"),
  noUserName: () => invalid("Must specify userName when calling with non-User credentials"),
  noSuchKey: (id: string) =>
    new AwsRefusal("NoSuchEntity", `The Access Key with id ${id} cannot be found.`, 404),
  twoKeys: () =>
    new AwsRefusal("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409),
  throttled: () => new AwsRefusal("Throttling", "Rate exceeded", 400),
  unknownAction: (action: string, version: string) =>
    new AwsRefusal(
      "InvalidAction",
      `Could not find operation ${action} for version ${version}`,
      400,
    ),
} as const;

function denied(message: string): AwsRefusal {
  return new AwsRefusal("AccessDenied", message, 403);
}

function invalid(message: string): AwsRefusal {
  return new AwsRefusal("ValidationError", message, 400);
}

/** Returns the document that answers a successful call. */
export function answerDocument(
  service: ServiceName,
  action: string,
  result: XmlContent | undefined,
  requestId: string,
): string {
  return element(`${action}Response`, {
    ...(result !== undefined && { [`${action}Result`]: result }),
    ResponseMetadata: { RequestId: requestId },
  }, service);
}

/**
 * Returns the document that answers a call that was refused, or that AWS itself failed to handle
 * (5xx).
 */
export function errorDocument(
  service: ServiceName,
  { code, message, status }: Pick<AwsRefusal, "code" | "message" | "status">,
  requestId: string,
): string {
  return element("ErrorResponse", {
    Error: { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message },
    RequestId: requestId,
  }, service);
}

/** Formats a time as these documents do: whole seconds, UTC, `2026-01-02T03:04:05Z`. */
export function xmlDate(at: Date): string {
  return at.toISOString().replace(/\.\d+/, "");
}

function element(name: string, content: XmlContent, service?: ServiceName): string {
  const namespace = service === undefined
    ? ""
    : ` xmlns="https://${service}.amazonaws.com/doc/${API_VERSIONS[service]}/"`;
  const inside = typeof content === "string" ? escape(content) : Object.entries(content)
    .flatMap(([child, inner]) => [inner].flat().map((each) => element(child, each as XmlContent)))
    .join("");
  return `<${name}${namespace}>${inside}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

interface Shape {
  readonly required?: true;
  /** Minimum and maximum length; of a number, minimum and maximum value. */
  readonly range: readonly [number, number];
  readonly number?: true;
  /** The regular expression as AWS quotes it. */
  readonly pattern?: string;
}

const MFA_SHAPES: Readonly<Record<string, Shape>> = {
  SerialNumber: { range: [9, 256], pattern: String.raw`[\w+=/:,.@-]*` },
  TokenCode: { range: [6, 6], pattern: String.raw`[\d]*` },
};

const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  GetSessionToken: { DurationSeconds: { number: true, range: [900, 129600] }, ...MFA_SHAPES },
  GetFederationToken: {
    Name: { required: true, range: [2, 32], pattern: String.raw`[\w+=,.@-]*` },
    Policy: { range: [1, 2048] },
    DurationSeconds: { number: true, range: [900, 129600] },
  },
  AssumeRole: {
    RoleArn: { required: true, range: [20, 2048] },
    RoleSessionName: { required: true, range: [2, 64], pattern: String.raw`[\w+=,.@-]*` },
    DurationSeconds: { number: true, range: [900, 43200] },
    ExternalId: { range: [2, 1224], pattern: String.raw`[\w+=,.@:\/-]*` },
    ...MFA_SHAPES,
  },
  AssumeRoleWithWebIdentity: {
    RoleArn: { required: true, range: [20, 2048] },
    RoleSessionName: { required: true, range: [2, 64], pattern: String.raw`[\w+=,.@-]*` },
    WebIdentityToken: { required: true, range: [4, 20000] },
    DurationSeconds: { number: true, range: [900, 43200] },
  },
};

/** Throws AWS's ValidationError, which names every malformed parameter and repeats its value. */
export function checkShapes(action: string, params: Params): void {
  const flaws = Object.entries(SHAPES[action] ?? {}).flatMap(([name, shape]) => {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    const value = params[name];
    return flawsOf(value, shape).map((constraint) =>
      `Value ${value === undefined ? "null" : `'${value}'`} at '${member}' failed to satisfy ` +
      `constraint: Member must ${constraint}`
    );
  });
  if (flaws.length === 0) return;
  const count = flaws.length === 1 ? "1 validation error" : `${flaws.length} validation errors`;
  throw invalid(`${count} detected: ${flaws.join("; ")}`);
}

function flawsOf(value: string | undefined, shape: Shape): string[] {
  if (value === undefined) return shape.required ? ["not be null"] : [];
  const [least, greatest] = shape.range;
  if (shape.number && !/^-?\d+$/.test(value)) {
    throw new AwsRefusal("MalformedInput", "Invalid Argument", 400);
  }
  const size = shape.number ? Number(value) : value.length;
  const measure = shape.number ? "value" : "length";
  const flaws: string[] = [];
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(value)) {
    flaws.push(`satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (size < least) flaws.push(`have ${measure} greater than or equal to ${least}`);
  if (size > greatest) flaws.push(`have ${measure} less than or equal to ${greatest}`);
  return flaws;
}
