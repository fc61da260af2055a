import { assert, assertEquals } from "@std/assert";
import {
  configProfiles,
  configSectionOrNew,
  namedSection,
  nestedValues,
  profileEntry,
  profileNames,
  readHeader,
  sectionEntry,
  type SectionKind,
} from "../../lib/aws_files/profile_sections.ts";
import { type AwsFile, type AwsFiles, parseAwsFile } from "../../lib/aws_files/read.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { defaultSection, IniDocument } from "../../lib/ini/document.ts";
import { testWith } from "../support/abilities.ts";
import { configPath, credentialsPath } from "../support/aws_files.ts";
import {
  type BotocoreHome,
  type Named,
  readByBotocore,
  type Value,
} from "../support/botocore_homes.ts";
import { type OddHome, oddHome } from "../support/odd_homes.ts";
import { pythonWith } from "../support/python.ts";
import { Chooser } from "../support/seeded.ts";
import { factor, seed } from "../support/thorough.ts";

/**
 * What botocore accepts and we refuse, each with its reason. Nothing else may be refused.
 *
 * - A header with space before it: below a key, botocore takes it for a part of that key's value,
 *   and the SDK for JavaScript for a header; where both take it for one, the SDK for Rust reads
 *   nothing of the file, and `aws configure` adds a second one.
 * - A line without `=` in a block of `[DEFAULT]` that no section inherits: botocore refuses the file
 *   as soon as there is one.
 */
const deliberate = /^(has space before its \[section\]|stands below a key without a value)/;

const count = 200 * factor;

testWith(
  pythonWith("botocore"),
  `${count} homes mean to us what they mean to botocore`,
  async () => {
    const choose = new Chooser(seed);
    const homes = Array.from({ length: count }, () => oddHome(choose));
    const answers = await readByBotocore(homes);
    const tally = { read: 0, refused: 0, deliberate: 0 };
    for (const [number, home] of homes.entries()) {
      const answer = answers[number]!;
      const files = filesOf(home);
      if ("error" in answer) {
        assertEquals(files, undefined, `botocore: ${answer.error}\n${JSON.stringify(home)}`);
        tally.refused++;
      } else if (files === undefined) {
        assertEquals(unexplained(home), [], JSON.stringify(home));
        tally.deliberate++;
      } else {
        assertEquals(asWeRead(files), withoutNameless(answer), JSON.stringify(home));
        tally.read++;
      }
    }
    assert(tally.read > count * 0.6 && tally.refused > count * 0.1, JSON.stringify(tally));
    assert(tally.deliberate < count * 0.1, JSON.stringify(tally));
  },
);

testWith(
  pythonWith("botocore"),
  `what is written for a profile of ${count} homes changes that profile alone to botocore`,
  async () => {
    const choose = new Chooser(seed);
    const edited: { profile: string; before: OddHome; after: OddHome }[] = [];
    for (let tried = 0; tried < count; tried++) {
      const before = { ...oddHome(choose), credentials: undefined };
      const files = filesOf(before);
      if (files === undefined) continue;
      const { document } = files.config;
      const profile = choose.of([...configProfiles(document), "new", "new one", "it's"]);
      const section = configSectionOrNew(document, profile);
      document.set(section, "region", "eu-west-1");
      document.remove(section, "stsmfa");
      document.addNested(section, "stsmfa", { hooks: "docker" });
      edited.push({ profile, before, after: { ...before, config: document.toString() } });
    }
    const before = await readByBotocore(edited.map((each) => each.before));
    const after = await readByBotocore(edited.map((each) => each.after));
    for (const [at, { profile, ...texts }] of edited.entries()) {
      const was = before[at]!;
      const is = after[at]!;
      if ("error" in was || "error" in is) throw new Error(JSON.stringify([was, is, texts]));
      const { [profile]: old, ...others } = was.profiles;
      const { [profile]: written, ...rest } = is.profiles;
      assertEquals([rest, is.services, is.sso_sessions], [others, was.services, was.sso_sessions]);
      const expected = { ...old ?? written, region: "eu-west-1", stsmfa: { hooks: "docker" } };
      assertEquals({ ...written }, expected, JSON.stringify(texts));
    }
    assert(edited.length > count * 0.7, `${edited.length}`);
  },
);

/** Parses both files; `undefined` if one is refused. */
function filesOf({ config, credentials }: OddHome): AwsFiles | undefined {
  const bytes = (text: string | undefined) =>
    text === undefined ? undefined : new TextEncoder().encode(text);
  try {
    return {
      config: { path: configPath, document: parseAwsFile(configPath, bytes(config)) },
      credentials: {
        path: credentialsPath,
        document: parseAwsFile(credentialsPath, bytes(credentials)),
      },
    };
  } catch (error) {
    if (error instanceof StsmfaError && error.code === "UnparsableFile") return undefined;
    throw error;
  }
}

function unexplained({ config = "", credentials = "" }: OddHome): string[] {
  return [config, credentials].flatMap((text) => {
    const document = IniDocument.parse(text);
    const lines = text.split(/\r\n|\n|\r/);
    return document.problems.filter(({ message, line }) => {
      if (!deliberate.test(message)) return true;
      if (message.startsWith("has space")) return false;
      const above = lines.slice(0, line).filter((each) => /^\s*\[.+\]/.test(each)).at(-1);
      return above !== `[${defaultSection}]`;
    }).map(({ message }) => message);
  });
}

function asWeRead(files: AwsFiles): BotocoreHome {
  const { config, credentials } = files;
  const profiles = profileNames(files).map((name) => {
    const section = namedSection(config.document, "profile", name);
    const keys = [
      ...name === defaultSection ? [] : keysOf(credentials, name),
      ...section === undefined ? [] : keysOf(config, section),
    ];
    const entries = keys.map((key) => {
      const found = profileEntry(files, name, key)!;
      const file = found.path === configPath ? config : credentials;
      return [key, valueOf(file, found.section, key, found.value)] as const;
    });
    return [name, record(entries)] as const;
  });
  const named = (kind: SectionKind): Named => {
    const names = config.document.sections().map(readHeader)
      .flatMap((header) => header?.kind === kind ? header.name : []);
    return record(names.map((name) => {
      const section = namedSection(config.document, kind, name)!;
      const entries = keysOf(config, section).map((key) => {
        const found = sectionEntry(config, section, key)!;
        return [key, valueOf(config, found.section, key, found.value)] as const;
      });
      return [name, record(entries)] as const;
    }));
  };
  assertEquals(
    new Set(configProfiles(config.document)),
    new Set(Object.keys(named("profile")).filter((name) => name !== "")),
  );
  return {
    profiles: record(profiles),
    sso_sessions: named("sso-session"),
    services: named("services"),
  };
}

function keysOf({ document }: AwsFile, section: string): string[] {
  if (!document.has(section)) return [];
  return [section, defaultSection].flatMap((each) => document.entries(each).map(({ key }) => key));
}

function valueOf(file: AwsFile, section: string, key: string, value: string): Value {
  if (!value.startsWith("\n")) return value;
  return record(nestedValues(file, section, key).map((each) => [each.key, each.value] as const));
}

/** Works like `Object.fromEntries`, also for a key that is a name of JavaScript. */
function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return JSON.parse(
    `{${
      [...new Map(entries)].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    }}`,
  );
}

/** Nobody can ask for a profile without a name. */
function withoutNameless(home: BotocoreHome): BotocoreHome {
  if ("error" in home) return home;
  const profiles = Object.entries(home.profiles).filter(([name]) => name !== "");
  return { ...home, profiles: record(profiles) };
}
