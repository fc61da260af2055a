/**
 * The recipes for `mfa_process` in the docs, with the programs that are here; for others, a stand-in
 * that prints what they print.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { createPass, needsPass, needsPrograms } from "../support/real_stores.ts";
import { longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const page = await Deno.readTextFile(new URL("../../docs/codes.md", import.meta.url));
const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const uri = `otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret=${secret}`;

/** Runs stsmfa with a recipe, which must be one of the page, after a preparation. */
async function gives(
  recipe: string,
  env: Record<string, string>,
  prepare: (home: SpawnedHome) => Promise<void>,
): Promise<void> {
  assertStringIncludes(page, `mfa_process = ${recipe}\n`);
  const user = alice({ devices: [{ serialNumber: ALICE_DEVICE, secret }] });
  await using sts = await startLoopbackSts({ users: [user] });
  await using home = await SpawnedHome.create({ ...sts.env(), ...env });
  await prepare(home);
  const keys = longTermSection("default-long-term", user);
  await home.write(
    ".aws/credentials",
    `${keys}mfa_serial = ${ALICE_DEVICE}\nmfa_process = ${recipe}\n`,
  );
  const { code, stdout, stderr } = await home.run([], {
    PATH: `${home.path("bin")}:${Deno.env.get("PATH")}`,
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "default  renewed");
}

async function run(program: string, args: string[], env: Record<string, string>, stdin = "") {
  const child = new Deno.Command(program, {
    args,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

const hasOtp = ["/usr/lib", "/usr/local/lib", "/opt/homebrew/lib"].some((folder) => {
  try {
    return Deno.statSync(`${folder}/password-store/extensions/otp.bash`).isFile;
  } catch {
    return false;
  }
});
const otp = hasOtp ? "" : " (skipped: no pass-otp here)";

testOrSkip({
  name: `pass otp${needsPass.name}${otp}`,
  ignore: needsPass.ignore || !hasOtp,
  fn: async () => {
    await using store = await createPass();
    const { HOME: _, PATH: __, ...env } = store.env;
    await run("pass", ["otp", "insert", "aws/alice"], store.env, `${uri}\n`);
    await gives("pass otp aws/alice", env, async () => {});
  },
});

const needsKeePass = needsPrograms("keepassxc-cli");
const keePassFile = `<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile><Meta><Generator>x</Generator></Meta><Root><Group>
<UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>
<Entry><UUID>AAAAAAAAAAAAAAAAAAAAAg==</UUID>
<String><Key>Title</Key><Value>AWS</Value></String>
<String><Key>otp</Key><Value>${uri}&amp;period=30&amp;digits=6</Value></String>
</Entry></Group></Root></KeePassFile>
`;

testOrSkip({
  name: `keepassxc-cli${needsKeePass.name}`,
  ignore: needsKeePass.ignore,
  fn: async () => {
    const recipe = "keepassxc-cli show -q --no-password -k ~/codes.key --totp ~/codes.kdbx AWS";
    await gives(recipe, { QT_QPA_PLATFORM: "offscreen" }, async (home) => {
      await home.write("codes.xml", keePassFile);
      await home.write("codes.key", crypto.randomUUID().repeat(4));
      const args = ["import", "-k", home.path("codes.key")];
      const files = [home.path("codes.xml"), home.path("codes.kdbx")];
      await run("keepassxc-cli", [...args, ...files], home.env);
    });
  },
});

/** What programs print that are not here, by their sources and manuals; `CODE` is the code. */
const standIns: readonly [recipe: string, prints: string][] = [
  ["op item get AWS --otp", "CODE\\n"],
  ['op read "op://Private/AWS/one-time password?attribute=otp"', "CODE\\n"],
  ["bw get totp AWS --nointeraction", "CODE"],
  ["gopass otp -o aws/alice", "CODE\\n"],
  ["ykman oath accounts code --single alice@123456789012", "CODE\\n"],
];

for (const [recipe, prints] of standIns) {
  testOrSkip({
    name: `${recipe}, of a stand-in${needsPrograms("oathtool").name}`,
    ignore: needsPrograms("oathtool").ignore,
    fn: async () => {
      await gives(recipe, {}, async (home) => {
        const program = recipe.split(" ")[0]!;
        const code = `code=$(oathtool --totp -b ${secret})`;
        const text = `#!/bin/sh\n${code}\nprintf '${prints}' | sed "s/CODE/$code/"\n`;
        await home.write(`bin/${program}`, text);
        await Deno.chmod(home.path(`bin/${program}`), 0o755);
      });
    },
  });
}
