/**
 * A rotation of a key that is in a real key store, killed at calls of it; the loopback AWS's part is
 * as strict as ever.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { longTerm, openHome } from "../support/homes.ts";
import { Killer } from "../support/killed_home.ts";
import { createPass, needsKeyring, needsPass, startKeyring } from "../support/real_stores.ts";
import { alice } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

const { accessKeyId: oldId, secretAccessKey: oldSecret } = alice();

const stores = [
  { name: "keychain", title: "gnome-keyring", start: startKeyring, needs: needsKeyring },
  { name: "pass", title: "pass", start: createPass, needs: needsPass },
] as const;

for (const { name, title, start, needs } of stores) {
  testOrSkip({
    name: `${title}: a key is moved there and rotated, whatever call ends it${needs.name}`,
    ignore: needs.ignore,
    fn: async () => {
      await using real = await start();
      const { HOME: _, ...env } = real.env;
      const secrets = new Set([oldSecret]);
      /** Rotates, ended at a call of the store, and once more; returns the number of calls. */
      const rotate = async (at: number, isAfter: boolean): Promise<number> => {
        const killer = new Killer({ at, isAfter });
        let isKilled = false;
        await using home = await openHome({
          credentials: longTerm("default-long-term"),
          env,
          runCommand: (command) => (isKilled ? killer.programs(real.run) : real.run)(command),
        });
        const move = ["keys", "move", "default", "--to", name, "--credential-process", "no"];
        assertEquals(await home.run(...move), 0, home.stderr);
        isKilled = true;
        for (let n = 0; n < 4; n++) home.types();
        const first = await home.run("keys", "rotate", "--yes", "--json");
        isKilled = false;
        if (at === 0) assertEquals(first, 0, home.stderr);
        home.test.clock.advance(60);
        if (at > 0) assertEquals(await home.run("keys", "rotate", "--yes"), 0, home.stderr);
        const [only, ...more] = home.sts.keys.of("alice").map(({ accessKeyId }) => accessKeyId);
        assert(only !== oldId && more.length === 0);
        const named = `[default-long-term]\nstsmfa_key     = ${name}:${only}\n`;
        assertEquals(await home.credentials(), named);
        home.types();
        assertEquals(await home.run("whoami", "default"), 0, home.stderr);
        const { stdout } = await real.run({
          argv: name === "pass" ? ["pass", "ls"] : [
            ...["secret-tool", "search", "--all", "service", "stsmfa", "kind", "access-key"],
          ] as [string, ...string[]],
          signal: new AbortController().signal,
          onStderr: () => {},
        });
        assert(!stdout.includes(oldId));
        secrets.add(home.sts.findKey(only!)!.secretAccessKey);
        for (const secret of secrets) {
          assert(!home.test.output.includes(secret) && !JSON.stringify(real.runs).includes(secret));
        }
        assertEquals(await home.run("keys", "remove", only!, "--yes"), 2);
        assertEquals(await home.run("keys", "remove", "default", "--yes"), 0, home.stderr);
        return killer.steps.length;
      };
      const count = await rotate(0, false);
      assert(count > 5);
      const step = isThorough ? 1 : 6;
      for (let at = 1; at <= count; at += step) {
        for (const isAfter of isThorough ? [false, true] : [at % 4 === 1]) {
          await rotate(at, isAfter);
        }
      }
    },
  });
}
