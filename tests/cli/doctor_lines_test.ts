import { assertEquals } from "@std/assert";
import { config, credentials, doctor, testDoctor } from "../support/doctor.ts";
import { alicesFile, longTerm, openHome } from "../support/homes.ts";

const twins = longTerm("default-long-term").replace("[default-long-term]\n", "");

testDoctor({
  "each line that the AWS CLI can't read": {
    credentials: `\ufeffstray\n${alicesFile}${twins}\n [other]\n`,
    finds: [
      ["problem", "UnparsableFile", `${credentials}:1`, "without a byte order mark"],
      ["problem", "UnparsableFile", `${credentials}:1`, "in an editor"],
      ["problem", "UnparsableFile", `${credentials}:6`, "remove or rename"],
      ["problem", "UnparsableFile", `${credentials}:7`, "remove or rename"],
      ["problem", "UnparsableFile", `${credentials}:9`, "remove the space"],
    ],
  },
  "headers of the credentials file that SDKs read differently": {
    credentials:
      `${alicesFile}[ a ]\n["b"]\n[profile c]\n[d]# note\n[DEFAULT]\n[__proto__]\n[e f]\n[g] # fine\n`,
    finds: [
      ["problem", "UnlikeHeader", `${credentials}:5`, "[a]"],
      ["problem", "UnlikeHeader", `${credentials}:6`, "[b]"],
      ["problem", "UnlikeHeader", `${credentials}:7`, "[c]"],
      ["problem", "UnlikeHeader", `${credentials}:8`, "[d] alone"],
      ["problem", "UnlikeHeader", `${credentials}:9`, "[default]"],
      ["problem", "UnlikeHeader", `${credentials}:10`, "rename"],
      ["warning", "UnlikeHeader", `${credentials}:11`, "without spaces"],
    ],
  },
  "headers of the config file that SDKs read differently": {
    config: [
      "[default]",
      "[sso-session s]",
      "[services s]",
      "[preview]",
      "[profile fine]",
      "[a]",
      "[ profile b ]",
      "[profile  c]",
      '[profile "d e"]',
      '[profile "f"]',
      "[profile g h]",
      "[profile i] junk",
      "",
    ].join("\n"),
    finds: [
      ["problem", "UnlikeHeader", `${config}:6`, "[profile a]"],
      ["problem", "UnlikeHeader", `${config}:7`, "[profile b]"],
      ["problem", "UnlikeHeader", `${config}:8`, "[profile c]"],
      ["problem", "UnlikeHeader", `${config}:11`, "without spaces"],
      ["problem", "UnlikeHeader", `${config}:12`, "[profile i] alone"],
      ["warning", "UnlikeHeader", `${config}:9`, "without spaces"],
      ["warning", "UnlikeHeader", `${config}:10`, "[profile f]"],
    ],
  },
  "keys that SDKs read differently": {
    credentials:
      `${alicesFile}[a]\nAWS_Access_Key_Id = ASIA2\naws_secret_access_key: hunter2\naws_session_token = hunter2 # note\nmanager: me # fine\n`,
    config: "[profile a]\nRegion: eu-west-1\ns3 =\n  Region = x\noutput = json\n",
    finds: [
      ["problem", "UnlikeKey", `${credentials}:6`, "write it as aws_access_key_id"],
      ["problem", "UnlikeKey", `${credentials}:7`, "aws_secret_access_key = ..."],
      ["problem", "InlineComment", `${credentials}:8`, "a line of its own"],
      ["warning", "UnlikeKey", `${config}:2`, "write it as region"],
      ["warning", "UnlikeKey", `${config}:2`, "region = ..."],
    ],
  },
});

for (
  const broken of [
    `${alicesFile}aws_secret_access_key = hunter2\n`,
    `${alicesFile}hunter2/on+a/line+of+its+own\n`,
    `aws_secret_access_key = hunter2\n${alicesFile}`,
    `[default-long-term\naws_secret_access_key = hunter2\n`,
    `${alicesFile}  hunter2\n[a]\naws_session_token = x #hunter2\n`,
  ]
) {
  Deno.test(`doctor shows no secret of a broken file: ${JSON.stringify(broken.slice(-40))}`, async () => {
    await using home = await openHome({ credentials: broken, nobody: true, network: false });
    assertEquals((await doctor(home, "--offline")).status, 3);
    assertEquals(await home.run("doctor", "--offline"), 3);
    assertEquals(home.test.output.includes("hunter2"), false);
  });
}
