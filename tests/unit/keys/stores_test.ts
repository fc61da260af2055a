import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Context, RunCommand, Waits } from "../../../lib/context.ts";
import { Secret } from "../../../lib/credentials.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { keepInStore, type KeyStore } from "../../../lib/keys/store.ts";
import { openStore } from "../../../lib/keys/stores.ts";
import { terminalTalk } from "../../../lib/talk.ts";
import {
  FakeCredentialManager,
  FakeGopass,
  FakeSecretTool,
  FakeSecurity,
} from "../../support/fake_stores.ts";
import { TestContext, type TestContextOptions } from "../../support/test_context.ts";

const id = "AKIAIOSFODNN7EXAMPLE";
const linux = { runtime: "deno 2.9.6, x86_64-unknown-linux-gnu" };
const secretAccessKey = new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
const key = { accessKeyId: id, secretAccessKey };

async function withStore(
  options: TestContextOptions,
  use: (store: KeyStore, test: TestContext) => Promise<void>,
): Promise<void> {
  await using test = await TestContext.create(options);
  const context = test.context();
  const talk = terminalTalk(context, {});
  await use(await openStore("keychain", { context, talk }), test);
}

/** Returns a context that shows what is waited for, and what that was. */
function waiting(test: TestContext): { context: Context; shown: string[] } {
  const shown: string[] = [];
  const value: Waits = {
    afterSeconds: 1,
    progress: (message) => void shown.push(message),
    endProgress: () => void shown.push("."),
  };
  return { context: Object.create(test.context(), { waits: { value } }), shown };
}

/** A system's store with something that stands for it, and what others can see of its use. */
const systems = {
  "Secret Service": () => {
    const fake = new FakeSecretTool();
    return { fake, options: { runCommand: fake.run, ...linux }, seen: () => fake.seen };
  },
  "macOS Keychain": () => {
    const fake = new FakeSecurity();
    const options = { runCommand: fake.run, runtime: "deno 2.9.6, aarch64-apple-darwin" };
    return { fake, options, seen: () => fake.seen };
  },
  "Windows Credential Manager": () => {
    const fake = new FakeCredentialManager();
    const options = { os: "windows" as const, credentialManager: () => Promise.resolve(fake) };
    return { fake, options, seen: () => "" };
  },
};

for (const [title, system] of Object.entries(systems)) {
  Deno.test(`${title}: keeps a key, gives it back and removes it`, async () => {
    const { options, seen } = system();
    await withStore(options, async (store, test) => {
      assertEquals([store.title, await store.fault()], [title, undefined]);
      assertEquals([await store.get(id), await store.has(id)], [undefined, false]);
      assertEquals(await store.remove(id), false);
      await keepInStore(store, key);
      assertEquals((await store.get(id))?.reveal(), secretAccessKey.reveal());
      assertEquals(await store.has(id), true);
      const items = await store.items();
      if (title !== "macOS Keychain") assertEquals(items, [id]);
      assertEquals([await store.remove(id), await store.get(id)], [true, undefined]);
      assert(!seen().includes(secretAccessKey.reveal()));
      assert(!seen().includes(btoa(secretAccessKey.reveal())));
      assert(!test.output.includes(secretAccessKey.reveal()));
    });
  });

  Deno.test(`${title}: one that accepts a key and loses it is found out`, async () => {
    const { fake, options } = system();
    fake.isLossy = true;
    await withStore(options, async (store) => {
      const error = await assertRejects(() => keepInStore(store, key), StsmfaError);
      assertEquals(error.code, "KeyStoreUnusable");
      assertStringIncludes(error.message, "gives back nothing");
    });
  });

  Deno.test(`${title}: another secret of the same key is never overwritten`, async () => {
    const { options } = system();
    await withStore(options, async (store) => {
      await keepInStore(store, key);
      const other = { ...key, secretAccessKey: new Secret("o".repeat(40)) };
      const error = await assertRejects(() => keepInStore(store, other), StsmfaError);
      assertStringIncludes(error.message, "not overwritten");
      assertEquals((await store.get(id))?.reveal(), secretAccessKey.reveal());
    });
  });

  Deno.test(`${title}: no name that is not an access key's becomes an item`, async () => {
    const { options, seen } = system();
    const names = ["", "AKIA", "../../../../etc/passwd", "-x".repeat(8), "AKIA1234567890 X"];
    const more = [
      "akiaiosfodnn7example",
      "AKIA/1234567890123",
      "A".repeat(129),
      "AKIAÄ23456789012",
    ];
    await withStore(options, async (store) => {
      for (const accessKeyId of [...names, ...more]) {
        const named = { ...key, accessKeyId };
        for (
          const use of [
            () => keepInStore(store, named),
            () => store.get(accessKeyId),
            () => store.has(accessKeyId),
            () => store.remove(accessKeyId),
          ]
        ) {
          const error = await assertRejects(use, StsmfaError);
          assertEquals(error.code, "InvalidSetting");
        }
      }
    });
    assert(!seen().includes("etc"));
  });

  Deno.test(`${title}: a secret that no store could hold is refused before it is asked`, async () => {
    const { options } = system();
    await withStore(options, async (store) => {
      for (
        const text of ["", "short", "x".repeat(2049), "two\nlines-of-a-secret", "ümlaut".repeat(7)]
      ) {
        const odd = { ...key, secretAccessKey: new Secret(text) };
        const error = await assertRejects(() => keepInStore(store, odd), StsmfaError);
        assertEquals(error.code, "InvalidSetting");
        assert(text === "" || !error.message.includes(text));
      }
      assertEquals(await store.get(id), undefined);
    });
  });
}

for (const title of ["Secret Service", "macOS Keychain"] as const) {
  Deno.test(`${title}: locked is not absent`, async () => {
    const { fake, options } = systems[title]();
    await withStore(options, async (store) => {
      await keepInStore(store, key);
      (fake as FakeSecretTool).isLocked = true;
      const error = await assertRejects(() => store.get(id), StsmfaError);
      assertEquals([error.code, error.exitStatus], ["KeyStoreLocked", 6]);
      assertStringIncludes(error.hint!, "unlock");
      assertEquals(await store.has(id), true);
    });
  });

  Deno.test(`${title}: one that never answers is left after its time`, async () => {
    const { fake, options } = systems[title]();
    (fake as FakeSecretTool).isHanging = true;
    await withStore({ ...options, env: { SSH_TTY: "/dev/pts/1" } }, async (store, test) => {
      const asked = assertRejects(() => store.get(id), StsmfaError);
      await new Promise((resolve) => setTimeout(resolve));
      assertEquals(test.clock.deadlines.map(({ milliseconds }) => milliseconds), [3000, 3000]);
      for (const each of [...test.clock.deadlines]) each.pass();
      const error = await asked;
      assertEquals(error.code, "KeyStoreUnusable");
      assertStringIncludes(error.message, "within 3 seconds");
    });
  });

  for (const [seconds, env] of [[3, { SSH_TTY: "/dev/pts/1" }], [60, { DISPLAY: ":0" }]] as const) {
    Deno.test(`${title}: after a second it is said what is waited for, ${seconds} s at most`, async () => {
      const { fake, options } = systems[title]();
      (fake as FakeSecretTool).isHanging = true;
      await using test = await TestContext.create({ ...options, env });
      const { context, shown } = waiting(test);
      const store = await openStore("keychain", { context, talk: terminalTalk(context, {}) });
      const asked = assertRejects(() => store.get(id), StsmfaError);
      const deadlines = () => [...test.clock.deadlines];
      await new Promise((resolve) => setTimeout(resolve));
      test.clock.advance(1);
      deadlines().find(({ milliseconds }) => milliseconds === 1000)!.pass();
      assertEquals(shown, [`waiting for ${title}, ${seconds - 1} s left`]);
      deadlines().find(({ milliseconds }) => milliseconds === seconds * 1000)!.pass();
      await asked;
      assertEquals(shown.slice(1), ["."]);
    });
  }

  Deno.test(`${title}: a dialogue may stand a minute, and that is said`, async () => {
    const { fake, options } = systems[title]();
    (fake as FakeSecretTool).isHanging = true;
    await withStore({ ...options, env: { DISPLAY: ":0" } }, async (store, test) => {
      const asked = assertRejects(() => store.get(id), StsmfaError);
      await new Promise((resolve) => setTimeout(resolve));
      const [limit, patience] = [...test.clock.deadlines];
      assertEquals([limit!.milliseconds, patience!.milliseconds], [60_000, 3000]);
      patience!.pass();
      await new Promise((resolve) => setTimeout(resolve));
      assertStringIncludes(test.stderr, `${title} asks to be unlocked`);
      limit!.pass();
      assertEquals((await asked).code, "KeyStoreLocked");
    });
  });

  Deno.test(`${title}: without its program, the error says what to install`, async () => {
    const { options } = systems[title]();
    const runCommand = () => Promise.reject(Object.assign(new Error(), { code: "ENOENT" }));
    await withStore({ ...options, runCommand }, async (store) => {
      assertEquals((await store.fault())?.code, "KeyStoreUnusable");
      const error = await assertRejects(() => store.get(id), StsmfaError);
      assertStringIncludes(error.message, "which is not there");
    });
  });
}

Deno.test("Secret Service: without a bus, its own words are repeated", async () => {
  const fake = new FakeSecretTool();
  fake.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  await withStore({ runCommand: fake.run, ...linux }, async (store) => {
    assertStringIncludes((await store.fault())!.message, "Cannot autolaunch D-Bus");
    for (const use of [() => store.get(id), () => store.put(key), () => store.remove(id)]) {
      assertEquals((await assertRejects(use, StsmfaError)).code, "KeyStoreUnusable");
    }
  });
});

Deno.test("Secret Service: items of other programs, and our others, are neither read nor removed", async () => {
  const fake = new FakeSecretTool();
  const others = [
    "account=AKIAIOSFODNN7EXAMPLE\nservice=aws",
    "account=AKIAIOSFODNN7EXAMPL2\nkind=access-key\nservice=stsmfa",
    "account=AKIAIOSFODNN7EXAMPLE\nkind=sealing-key\nservice=stsmfa",
  ];
  others.forEach((each) => fake.items.set(each, "theirs"));
  await withStore({ runCommand: fake.run, ...linux }, async (store) => {
    assertEquals(await store.get(id), undefined);
    await keepInStore(store, key);
    assertEquals(await store.remove(id), true);
    assertEquals([...fake.items.keys()], others);
  });
});

Deno.test("Secret Service: what would be cut at 8,192 bytes is never handed over", async () => {
  const fake = new FakeSecretTool();
  await withStore({ runCommand: fake.run, ...linux }, async (store) => {
    const long = { ...key, secretAccessKey: new Secret("x".repeat(8193)) };
    assertEquals(
      (await assertRejects(() => store.put(long), StsmfaError)).code,
      "KeyStoreUnusable",
    );
    assertEquals(fake.items.size, 0);
  });
});

Deno.test("macOS Keychain: what would be a line of 4,096 bytes is never handed over", async () => {
  const { fake, options } = systems["macOS Keychain"]();
  await withStore(options, async (store) => {
    for (const length of [2950, 2960, 3000, 4096]) {
      const long = { ...key, secretAccessKey: new Secret("x".repeat(length)) };
      await assertRejects(() => store.put(long), StsmfaError);
    }
    assertEquals(fake.items.size, 0);
    await store.put({ ...key, secretAccessKey: new Secret("x".repeat(2048)) });
    assertEquals((await store.get(id))?.reveal().length, 2048);
  });
});

Deno.test("Windows: what is longer than 2,560 bytes is refused, whatever the system takes", async () => {
  const { fake, options } = systems["Windows Credential Manager"]();
  fake.write = (target, _, secret) => void fake.items.set(target, secret);
  await withStore(options, async (store) => {
    const long = { ...key, secretAccessKey: new Secret("x".repeat(2561)) };
    assertEquals(
      (await assertRejects(() => store.put(long), StsmfaError)).code,
      "KeyStoreUnusable",
    );
    assertEquals(fake.items.size, 0);
  });
});

Deno.test("Windows: a lost number of an error does not make an absent item a fault, nor a fault absent", async () => {
  const { fake, options } = systems["Windows Credential Manager"]();
  await withStore(options, async (store) => {
    await keepInStore(store, key);
    fake.losesErrors = true;
    const other = "AKIAIOSFODNN7EXAMPL2";
    assertEquals([await store.get(other), await store.remove(other)], [undefined, false]);
    fake.read = () => {
      throw Object.assign(new Error(), { code: 0 });
    };
    assertEquals((await assertRejects(() => store.get(id), StsmfaError)).code, "KeyStoreUnusable");
  });
});

Deno.test("Windows: a session of ssh has no store, which is said", async () => {
  const { fake, options } = systems["Windows Credential Manager"]();
  fake.hasSession = false;
  await withStore(options, async (store) => {
    assertEquals((await store.fault())?.code, "KeyStoreLocked");
    const error = await assertRejects(() => store.put(key), StsmfaError);
    assertStringIncludes(error.hint!, "sign in to Windows itself");
  });
});

async function withGopass(
  use: (store: KeyStore, fake: FakeGopass, test: TestContext) => Promise<void>,
): Promise<void> {
  const fake = new FakeGopass();
  await using test = await TestContext.create({ runCommand: fake.run });
  test.env["PATH"] = test.path("bin");
  await test.write(test.os === "windows" ? "bin/gopass.exe" : "bin/gopass", "#!/bin/sh\n", 0o755);
  const context = test.context();
  await use(
    await openStore("pass", { context, talk: terminalTalk(context, {}) }),
    fake,
    test,
  );
}

Deno.test("gopass serves where only that is installed", () =>
  withGopass(async (store, fake) => {
    assertEquals([store.title, await store.fault()], ["gopass", undefined]);
    assertEquals([await store.get(id), await store.has(id)], [undefined, false]);
    assertEquals([await store.items(), await store.remove(id)], [[], false]);
    fake.items.set("other/entry", "theirs");
    await keepInStore(store, key);
    assertEquals((await store.get(id))?.reveal(), secretAccessKey.reveal());
    assertEquals(await store.items(), [id]);
    fake.isLocked = true;
    assertEquals((await assertRejects(() => store.get(id), StsmfaError)).code, "KeyStoreLocked");
    fake.isLocked = false;
    assertEquals([await store.remove(id), await store.get(id)], [true, undefined]);
    assertEquals([...fake.items.keys()], ["other/entry"]);
    assert(!fake.seen.includes(secretAccessKey.reveal()));
  }));

Deno.test("gopass that is too old, hangs or loses keys is none", () =>
  withGopass(async (store, fake, test) => {
    fake.isLossy = true;
    await assertRejects(() => keepInStore(store, key), StsmfaError, "gives back nothing");
    for (const version of ["gopass 1.5.0\n", "usage: gopass LENGTH\n", ""]) {
      fake.version = version;
      assertEquals((await store.fault())?.code, "KeyStoreUnusable");
    }
    fake.isHanging = true;
    const asked = store.fault();
    await new Promise((resolve) => setTimeout(resolve));
    for (const each of [...test.clock.deadlines]) each.pass();
    assertStringIncludes((await asked)!.message, "within 3 seconds");
  }));

Deno.test("what a store says is wrong has no secret in it", async () => {
  const secret = secretAccessKey.reveal();
  const short = "aSecretOf16chars";
  for (const stored of [secret, short]) {
    const runCommand: RunCommand = ({ argv, stdin, onStderr }) => {
      const [, action] = argv;
      if (action === "store") onStderr!(`cannot write ${stdin!.reveal()} here\n`);
      if (action === "clear") onStderr!(`cannot remove ${secret} here\n`);
      return Promise.resolve({ exitStatus: action === "search" ? 0 : 1, stdout: "" });
    };
    await withStore({ runCommand, ...linux }, async (store, test) => {
      const put = () => store.put({ ...key, secretAccessKey: new Secret(stored) });
      for (const use of [put, () => store.remove(id)]) {
        const { message } = await assertRejects(use, StsmfaError);
        assertStringIncludes(message, "*** here");
      }
      assert(!test.output.includes(stored));
    });
  }
  const runCommand: RunCommand = ({ onStderr }) => {
    onStderr!(`have ${short}, and fail\n`);
    return Promise.resolve({ exitStatus: 5, stdout: short });
  };
  await withStore({ runCommand, ...linux }, async (store) => {
    const { message } = await assertRejects(() => store.get(id), StsmfaError);
    assertStringIncludes(message, "have ***, and fail");
  });
});

for (
  const [where, env, isShown] of [
    ["in a window", { DISPLAY: ":0" }, true],
    ["on this very terminal", { GPG_TTY: "/dev/pts/1" }, false],
  ] as const
) {
  Deno.test(`pass: what is waited for is not drawn over a question ${where}: ${!isShown}`, async () => {
    const started = Promise.withResolvers<void>();
    await using test = await TestContext.create({
      os: "unix",
      env,
      runCommand: ({ signal }) => {
        started.resolve();
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))
        );
      },
    });
    await test.write(".password-store/.gpg-id", "me");
    await test.write(`.password-store/stsmfa/${id}.gpg`, "");
    await test.write("bin/pass", "#!/bin/sh\n", 0o755);
    test.env["PATH"] = test.path("bin");
    const { context, shown } = waiting(test);
    const store = await openStore("pass", { context, talk: terminalTalk(context, {}) });
    const asked = assertRejects(() => store.get(id), StsmfaError);
    await started.promise;
    const pass = (seconds: number) =>
      [...test.clock.deadlines].find((each) => each.milliseconds === seconds * 1000)?.pass();
    pass(1);
    assertEquals(shown, isShown ? ["waiting for pass, 59 s left"] : []);
    pass(60);
    await asked;
  });
}
