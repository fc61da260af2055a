import { assert, assertEquals } from "@std/assert";
import { BotocoreResolver } from "../../support/botocore_resolution.ts";
import {
  falseHeader,
  oddHeader,
  oddNames,
  plainHeader,
  profileNames,
} from "../../support/generated_headers.ts";
import { generatedHome } from "../../support/generated_homes.ts";
import { needsPython } from "../../support/python.ts";
import { Chooser } from "../../support/seeded.ts";
import { smallestHome } from "../../support/smallest_home.ts";

Deno.test("generatedHome() gives the same homes for the same seed, and others for another", () => {
  const homes = (seed: number) => {
    const choose = new Chooser(seed);
    return Array.from({ length: 20 }, () => generatedHome(choose));
  };
  assertEquals(homes(1), homes(1));
  assert(JSON.stringify(homes(1)) !== JSON.stringify(homes(2)));
});

Deno.test("smallestHome() leaves just the lines and variables that matter", async () => {
  const home = {
    config: "a\nb\nc\nd\ne\nf\ng\n",
    credentials: "k\nl\n",
    variables: { X: "1", Y: "2" },
  };
  const smallest = await smallestHome(home, ({ config, credentials, variables }) =>
    Promise.resolve(
      config.includes("b") && config.includes("f") && credentials.includes("l") && "Y" in variables,
    ));
  assertEquals(smallest, { config: "b\nf", credentials: "l", variables: { Y: "2" } });
});

const needs = needsPython("botocore");

Deno.test({
  name:
    `every spelling of a header names its profile for botocore, every false one does not${needs.name}`,
  ignore: needs.ignore,
  fn: async () => {
    await using botocore = new BotocoreResolver();
    const choose = new Chooser(1);
    const namedBy = async (header: string) => {
      const home = { config: `${header}\nregion = x\n`, credentials: null, variables: {} };
      const read = await botocore.resolve(home);
      if ("unparsable" in read) throw new Error(`${header}: ${read.unparsable}`);
      return [...read.config.keys()];
    };
    for (const name of [...profileNames, ...oddNames]) {
      assertEquals(await namedBy(plainHeader(name)), [name]);
      for (let count = 0; count < 12; count++) {
        const header = oddHeader(choose, name);
        assertEquals(await namedBy(header), [name], header);
        const other = falseHeader(choose, name);
        // Those of other names than the profile's own happen to be right.
        const isPlain = other === plainHeader(name) || other === `[${name}]`;
        if (!isPlain) assert(!(await namedBy(other)).includes(name), other);
      }
    }
  },
});
