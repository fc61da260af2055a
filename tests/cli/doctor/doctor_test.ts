import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink } from "../../support/abilities.ts";
import { config, credentials, doctor, testDoctor } from "../../support/doctor.ts";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";

testDoctor({
  "no files": {
    credentials: null,
    finds: [["warning", "ProfileNotFound", credentials, "stsmfa init"]],
  },
  "a file that is not UTF-8": {
    credentials: null,
    prepare: (home) =>
      home.test.write(".aws/x", "").then(() =>
        Deno.writeFile(home.test.path(".aws/credentials"), new Uint8Array([35, 10, 255]), {
          mode: 0o600,
        })
      ),
    finds: [["problem", "UnparsableFile", `${credentials}:2`, "UTF-8"]],
  },
  "a folder in the place of a file": {
    os: "unix",
    prepare: (home) => Deno.mkdir(home.test.path(".aws/config")),
    finds: [["problem", "FileUnreadable", config, `mv ${config} ${config}.old`]],
  },
  "a link that leads back to itself, once": {
    needs: links,
    prepare: (home) => makeLink("config", home.test.path(".aws/config")),
    finds: [["problem", "FileUnreadable", config, `rm ${config}`]],
  },
  "a file in the place of the folder, once": {
    os: "unix",
    credentials: null,
    prepare: (home) => home.test.write(".aws", ""),
    finds: [
      ["problem", "NotAFolder", "~/.aws", "ls -ld ~/.aws"],
      // To Windows, what is below a file is not there.
      ...(Deno.build.os === "windows"
        ? [["warning", "ProfileNotFound", credentials, "stsmfa init"] as const]
        : []),
    ],
  },
  "a folder that leads back to itself, once": {
    needs: links,
    credentials: null,
    prepare: (home) => makeLink(".aws", home.test.path(".aws")),
    finds: [["problem", "FileUnreadable", "~/.aws", "rm ~/.aws"]],
  },
  "a folder that lets nobody in, once": {
    os: "unix",
    files: (files) => {
      const refuse = (path: string) => {
        if (path.includes("/.aws/")) throw new Deno.errors.PermissionDenied("x");
      };
      return {
        ...files,
        read: async (path) => (refuse(path), await files.read(path)),
        status: async (path) => (refuse(path), await files.status(path)),
      };
    },
    finds: [["problem", "FileUnreadable", "~/.aws", "ls -ld ~/.aws"]],
  },
  "files that nobody may read, each": {
    os: "unix",
    config: "",
    files: (files) => ({
      ...files,
      read: (path) =>
        path.includes("/.aws/")
          ? Promise.reject(new Deno.errors.PermissionDenied("x"))
          : files.read(path),
    }),
    finds: [
      ["problem", "FileUnreadable", config, `ls -ld ${config}`],
      ["problem", "FileUnreadable", credentials, `ls -ld ${credentials}`],
    ],
  },
  "a link to nothing": {
    needs: links,
    prepare: (home) => makeLink("../nosuch/config", home.test.path(".aws/config")),
    finds: [["warning", "FileNotFound", config, `rm ${config}`]],
  },
  "nothing wrong with links that lead somewhere, or files that are not there": {
    needs: links,
    credentials: null,
    prepare: async (home) => {
      await home.test.write("real/credentials", alicesFile);
      await makeLink("real", home.test.path(".aws"), "dir");
    },
    finds: [],
  },
  "secrets that others can read": {
    os: "unix",
    prepare: (home) => home.test.chmod(".aws/credentials", 0o644),
    finds: [["warning", "ReadableByOthers", credentials, `chmod 600 ${credentials}`]],
  },
  "files and folders that others can change": {
    os: "unix",
    config: "[default]\nregion = eu-west-1\n",
    prepare: async (home) => {
      await home.test.write(".local/state/stsmfa/x", "");
      await home.test.chmod(".aws/credentials", 0o660);
      await home.test.chmod(".aws/config", 0o664);
      await home.test.chmod(".aws", 0o777);
      await home.test.chmod(".local/state/stsmfa", 0o770);
    },
    finds: [
      ["problem", "WritableByOthers", credentials, `chmod 600 ${credentials}`],
      ["problem", "WritableByOthers", config, `chmod go-w ${config}`],
      ["problem", "WritableByOthers", "~/.aws", "chmod go-w ~/.aws"],
      ["problem", "WritableByOthers", "~/.local/state/stsmfa", "chmod 700 ~/.local/state/stsmfa"],
    ],
  },
  "a state folder that others can read": {
    os: "unix",
    prepare: async (home) => {
      await home.test.write(".local/state/stsmfa/x", "");
      await home.test.chmod(".local/state/stsmfa", 0o755);
    },
    finds: [["warning", "ReadableByOthers", "~/.local/state/stsmfa", "chmod 700"]],
  },
  "security keys, wherever they are named": {
    credentials: `${alicesFile}aws_mfa_device = arn:aws:iam::123456789012:u2f/user/alice/key\n`,
    config:
      "[default]\nstsmfa =\n  mfa_serial = arn:aws:iam::123456789012:u2f/user/alice/key\n[profile other]\nmfa_serial = arn:aws:iam::123456789012:u2f/user/bob/key # old\n",
    finds: [
      ["problem", "UnusableMfaDevice", `${credentials}:5`, "stsmfa devices"],
      ["problem", "UnusableMfaDevice", `${config}:3`, "virtual MFA device"],
      ["problem", "UnusableMfaDevice", `${config}:5`, "virtual MFA device"],
      ["problem", "InlineComment", `${config}:5`, "a line of its own"],
    ],
  },
  "what stsmfa can't make sense of in a profile": {
    config: "[profile prod]\nstsmfa =\n  source_profil = default\n",
    finds: [["problem", "InvalidSetting", `${config}:3`, "source_profile"]],
  },
  "long-term keys where the session would go": {
    credentials: longTerm("work"),
    args: ["work"],
    finds: [["note", "SourceIsTarget", `${credentials}:2`, "stsmfa init work --adopt"]],
  },
  "keys where the session of the usual profile would go, as long as no profile is renewed": {
    credentials: longTerm("default"),
    finds: [["note", "SourceIsTarget", `${credentials}:2`, "stsmfa init default --adopt"]],
  },
  "keys where the session would go that a variable names": {
    credentials: longTerm("work") + longTerm("default"),
    env: { AWS_PROFILE: "work" },
    finds: [["note", "SourceIsTarget", `${credentials}:2`, "stsmfa init work --adopt"]],
  },
  "nothing wrong with keys beside profiles that are renewed, or that no profile needs": {
    credentials: longTerm("default") + longTerm("other"),
    config: "[profile prod]\nstsmfa =\n  source_profile = default\n",
    finds: [],
  },
  "nothing wrong with a usual profile that stsmfa can't renew": {
    credentials: null,
    config: "[default]\nregion = eu-west-1\n",
    finds: [],
  },
  "roles and processes beside keys": {
    credentials: `${alicesFile}${session("a")}${session("b")}`,
    config:
      "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/R\nsource_profile = nosuch\n[profile b]\ncredential_process = other\n",
    finds: [
      ["problem", "InvalidSetting", `${config}:3`, "correct it"],
      ["warning", "RivalCredentials", `${config}:2`, "remove role_arn"],
      ["warning", "RivalCredentials", `${config}:5`, "remove credential_process"],
    ],
  },
  "security tokens that are stale or alone": {
    credentials: `${alicesFile}${
      session("default", undefined, "aws_security_token = stale/token")
    }[old]\naws_security_token = stale/token\n`,
    finds: [
      ["problem", "StaleSecurityToken", `${credentials}:9`, "remove the line"],
      ["problem", "StaleSecurityToken", `${credentials}:11`, "remove the line"],
    ],
  },
});

const [past, future] = ["2026-03-04T05:00:00Z", "2026-03-04T12:00:00Z"];

testDoctor({
  "sessions that are over, each kind once": {
    credentials: alicesFile + session("default", past) + session("prod", past) +
      session("other", past) + session("good", future) + session("unknown"),
    config:
      "[profile prod]\nstsmfa =\n  source_profile = default\n  role_arn = arn:aws:iam::222222222222:role/R\n",
    finds: [
      ["warning", "SessionExpired", credentials, "stsmfa default prod"],
      ["warning", "SessionExpired", `${credentials}:15`, "whoever made it has to renew it"],
    ],
  },
  "the session of one profile": {
    credentials: alicesFile + session("default", past) + session("other", past),
    args: ["default"],
    finds: [["warning", "SessionExpired", `${credentials}:5`, "stsmfa default"]],
  },
  "a session in a section of its own": {
    credentials: alicesFile + session("elsewhere", past),
    config: "[default]\nstsmfa =\n  target_profile = elsewhere\n",
    finds: [["warning", "SessionExpired", `${credentials}:5`, "stsmfa default"]],
  },
});

Deno.test("doctor finds nothing in a home that is in order, before and after a refresh", async () => {
  const sound = "[default]\nregion = eu-west-1\ns3 =\n  max_concurrent_requests = 20\n" +
    "[profile prod]\nstsmfa =\n  source_profile = default\n  role_arn = arn:aws:iam::222222222222:role/Administrator\n";
  await using home = await openHome({
    config: sound,
    sts: { roles: [{ roleArn: "arn:aws:iam::222222222222:role/Administrator" }] },
  });
  assertEquals(await doctor(home), { status: 0, found: [] });
  home.types();
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertEquals(await doctor(home), { status: 0, found: [] });
  assertEquals(await home.run("doctor"), 0);
  assertEquals(home.stdout, "nothing wrong with 3 profiles\n");
  assertEquals(await home.run("doctor", "--quiet"), 0);
  assertEquals(home.test.output, "");
});

Deno.test("doctor tells people where, what and how, and counts", async () => {
  await using home = await openHome({ os: "unix", credentials: `${alicesFile}[ a\x1b[31m ]\n` });
  await home.test.chmod(".aws/credentials", 0o640);
  assertEquals(await home.run("doctor", "--offline"), 3);
  assertMatch(
    home.stdout,
    /^problem {2}\S+credentials:5: .*\n {9}write it as .*\nwarning {2}\S+credentials: .*\n {9}chmod 600 \S+\n\n1 problem, 1 warning\n$/,
  );
  assertEquals(home.stdout.includes("\x1b"), false);
});

Deno.test("doctor of one profile leaves others' trouble alone, but not that of the files", async () => {
  await using home = await openHome({
    os: "unix",
    credentials: `${alicesFile}[ a ]\n[b]\naws_security_token = stale/token\n`,
  });
  assertEquals((await doctor(home, "default", "--offline")).found, []);
  assertEquals((await doctor(home, "a", "--offline")).found.map(({ code }) => code), [
    "UnlikeHeader",
  ]);
  await home.test.chmod(".aws/credentials", 0o644);
  assertEquals((await doctor(home, "default", "--offline")).found.map(({ code }) => code), [
    "ReadableByOthers",
  ]);
});

Deno.test("doctor of a profile that there is not is an error", async () => {
  await using home = await openHome();
  assertEquals(await home.run("doctor", "defualt"), 3);
  assertStringIncludes(home.stderr, "did you mean: stsmfa doctor default");
  assertEquals([home.stdout, home.sts.count()], ["", 0]);
});
