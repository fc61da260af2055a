/**
 * `stsmfa init`: from an access key to a first session.
 *
 * @module
 */

import { checkEditable } from "../aws_files/edit.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  profileFlag,
  profileFlags,
  sessionFlags,
  text,
  toggle,
} from "../cli/flags.ts";
import { warnOfOverridingVariables } from "../cli/overriding_variables.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import type { Context } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";
import { formatExpiration, type ProvidedCredentials } from "../credentials.ts";
import { expiryWords } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { renewCommand } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import type { KeyStore } from "../keys/store.ts";
import { checkSources, type TokenCodeSources } from "../mfa/code_sources.ts";
import { Person } from "../mfa/person.ts";
import { isRole } from "../profile/chain.ts";
import { resolveProfile } from "../profile/profile.ts";
import { roleCodesOf } from "../profile/role_mfa.ts";
import { type ProfileFlags, Settings } from "../profile/settings.ts";
import { line, paint } from "../screen.ts";
import { currentSession } from "../session/current.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";
import {
  type AccessKeySetup,
  type AccessKeySetupPlan,
  planAccessKeySetup,
  setUpAccessKey,
} from "../setup/access_key.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import { adoptRole, namedFiles, wantsAdoption } from "./init_role.ts";
import { moveAdopted, type StoreChoice, storeFor } from "./init_store.ts";
import { accessKeyFrom, type KeysFrom, keySource, regionFrom } from "./init_answers.ts";

type Settable = Pick<ProfileFlags, "region" | "mfaSerial" | "mfaProcess" | "longTermSuffix">;

interface Flags extends CommonFlags, FileFlags, Settable {
  readonly profile?: string;
  readonly adopt?: boolean;
  readonly keysFrom?: KeysFrom;
  readonly store?: StoreChoice;
  readonly session?: boolean;
  readonly tokenCode?: string;
  readonly nonInteractive?: boolean;
  readonly prompt?: PromptPlace;
  readonly backup?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa init", "set up the default profile"],
    ["stsmfa init work --store keychain", "keep the access key in the key store"],
    ["stsmfa init prod --adopt", "let every AWS tool use the role profile prod"],
    [
      "stsmfa init ci --keys-from stdin --token-code 123456 < key.txt",
      "without questions, for scripts",
    ],
  ],
  description: [
    "Asks for the access key of your IAM user, checks it with AWS, finds your MFA device, stores the " +
    "key as [PROFILE-long-term] and gets a first session. Nothing is written until AWS has accepted " +
    "the key, and a key that is already there is never overwritten.",
    "With --adopt, an access key in [PROFILE] itself moves to [PROFILE-long-term], so that [PROFILE] " +
    "can hold the session. If PROFILE is a role (role_arn and source_profile), AWS's own tools get " +
    "its session from stsmfa instead of asking for a code; `stsmfa clear PROFILE --adopted` undoes " +
    "that.",
  ],
  details: [
    "With --adopt, comments move along with the access key, and every other line of the profile " +
    "stays.",
    "With --store, the secret goes to the system's key store or to pass, and never into AWS's files; " +
    "see `stsmfa keys --help`.",
    "Without a terminal, the key comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or, with " +
    "--keys-from stdin, from standard input: the ID and the secret, each on a line of its own.",
  ],
  flags: {
    ...commonFlags,
    ...profileFlag,
    adopt: toggle("Set up a profile that is already there"),
    keysFrom: {
      kind: "choice",
      values: ["terminal", "env", "stdin"],
      brief: "Where to get the access key",
    },
    store: {
      kind: "choice",
      values: ["file", "keychain", "pass"],
      brief: "Where to keep the access key (default: ask)",
    },
    session: { kind: "toggle", isNegated: true, brief: "Do not get a first session" },
    tokenCode: sessionFlags.tokenCode,
    nonInteractive: sessionFlags.nonInteractive,
    prompt: sessionFlags.prompt,
    region: text("Region to write to the profile", "region"),
    mfaSerial: profileFlags.mfaSerial,
    mfaProcess: profileFlags.mfaProcess,
    longTermSuffix: profileFlags.longTermSuffix,
    ...fileFlags,
    backup: sessionFlags.backup,
  },
  aliases: { p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env, terminal } = context;
  const name = oneProfile(env, flags, positionals);
  const { adopt = false, session = true, backup = true } = flags;
  const given = tokenCodeProvider(context, flags.tokenCode);
  if (flags.keysFrom === "stdin" && flags.tokenCode === "-") {
    throw new StsmfaError("Usage", "the key and the MFA code cannot both come from standard input");
  }
  if (adopt && flags.keysFrom !== undefined) {
    throw new StsmfaError("Usage", "--adopt takes the key from the file; drop --keys-from");
  }
  const files = await readAwsFiles(context, awsFilePaths(env, flags));
  const prompter = flags.nonInteractive ? undefined : await terminal.prompter();
  if (isRole(files, name) && !holdsLongTermCredentials(files.credentials.document, name)) {
    if (flags.store !== undefined) {
      throw new StsmfaError("Usage", `${name} is a role: it has no key for --store to keep`);
    }
    const named = await namedFiles(context, flags);
    if (!adopt && !await wantsAdoption(context, name, prompter, named)) {
      return { json: undefined, exitStatus: ExitStatus.Ok };
    }
    const talk = terminalTalk(context, flags);
    const obtain = () => firstSession(context, flags, name, given, talk, false);
    const options = { backup, talk, named, firstSession: session ? obtain : undefined };
    return await adoptRole(context, files, name, options);
  }
  const talk = terminalTalk(context, flags);
  const plan = planAccessKeySetup(files, env, flags, name, adopt);
  const source = adopt ? undefined : keySource(context, flags.keysFrom, prompter);
  if (session) {
    const process = new Settings(files, env, flags, name).find("mfaProcess")?.value;
    const interactive = !flags.nonInteractive;
    const person = new Person(context, { interactive, prompt: flags.prompt, talk });
    await checkSources({ given, process, person }, flags.mfaSerial);
  }
  warnOfOverridingVariables(env, talk.warn);
  await checkEditable(context, files.credentials);
  if (plan.file === "config") await checkEditable(context, files.config);

  const asked = source === "terminal" ? prompter : undefined;
  const store = await storeFor(context, flags.store, asked, talk);
  const key = plan.adopted ?? await accessKeyFrom(context, source!, prompter);
  const region = await regionFrom(context, files, name, flags.region, prompter);
  const setup = await setUpAccessKey(context, files, plan, key, {
    region,
    prompter: () => Promise.resolve(prompter),
    backup,
    store: plan.adopted === undefined ? store : undefined,
    talk,
  });
  if (plan.adopted !== undefined && store !== undefined) {
    await moveAdopted(context, flags, plan, store.name, talk);
  }
  for (const { serialNumber: { path, line } } of roleCodesOf(files, name)) {
    talk.warn(
      `${path}: line ${line}: SDKs ask for a code because of this mfa_serial, but the session in [${name}] already has MFA; delete the line`,
    );
  }
  const asksForCodes = asked !== undefined || (adopt && prompter !== undefined);
  if (asksForCodes && new Settings(files, env, flags, name).find("mfaProcess") === undefined) {
    const { offerCodePrograms } = await importLazily<typeof import("./init_codes.ts")>(
      "./init_codes.ts",
      import.meta.url,
    );
    await offerCodePrograms(context, flags, plan, setup, { prompter: prompter!, backup, talk });
  }
  if (!session) return initResult(context, plan, setup, store, undefined);
  try {
    const credentials = await firstSession(context, flags, name, given, talk, true);
    return initResult(context, plan, setup, store, credentials);
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    const told = withoutSession(error, plan);
    talk.fail(told);
    return initResult(context, plan, setup, store, told);
  }
}

/** @param force whether a session that is there may be someone else's */
async function firstSession(
  context: Context,
  flags: Flags,
  name: string,
  given: TokenCodeSources["given"],
  talk: Talk,
  force: boolean,
): Promise<ProvidedCredentials> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const profile = resolveProfile(files, context.env, flags, name);
  const { credentials } = await currentSession(context, files, profile, true, {
    force,
    isRefresh: true,
    minLeftSeconds: defaultMinLeftSeconds,
    // Storing the key has made a backup already, of the state before init.
    backup: false,
    legacyToken: false,
    given,
    interactive: !flags.nonInteractive,
    prompt: flags.prompt,
    talk,
  });
  talk.endProgress();
  return credentials;
}

function withoutSession(error: StsmfaError, { profile, section }: AccessKeySetupPlan): StsmfaError {
  const again = renewCommand(profile);
  return new StsmfaError(
    error.code,
    `the key is stored, but there is no session: ${error.message}`,
    {
      hint: error.code === "MfaSerialRefused"
        ? `set mfa_serial in [${section}] to the ARN that the IAM console shows, then: ${again}`
        : `${error.hint === undefined ? "" : `${error.hint}; `}to get one: ${again}`,
      cause: error,
    },
  );
}

function initResult(
  { clock }: Context,
  { profile, section, adopted, stored }: AccessKeySetupPlan,
  { accountId, arn, serialNumber }: AccessKeySetup,
  store: KeyStore | undefined,
  session: ProvidedCredentials | StsmfaError | undefined,
): CommandResult {
  const error = session instanceof StsmfaError ? session : undefined;
  const expiration = session instanceof StsmfaError ? undefined : session?.expiration;
  const done = adopted === undefined ? "stored in" : "moved to";
  return {
    json: {
      profile,
      sourceProfile: section,
      accountId,
      arn,
      mfaSerial: serialNumber,
      store: store?.name ?? stored?.store ?? "file",
      expiration: expiration === undefined ? null : formatExpiration(expiration),
    },
    human: () => [
      `${profile}  key ${done} [${section}]${
        store === undefined ? "" : ` and kept in ${store.title}`
      }, MFA device ${serialNumber}`,
      ...(expiration === undefined
        ? []
        : [line`${profile}  ${paint("green", "renewed")}, ${expiryWords(expiration, clock)}`]),
    ],
    exitStatus: error?.exitStatus ?? ExitStatus.Ok,
    ...(error && { errors: [{ error }] }),
  };
}
