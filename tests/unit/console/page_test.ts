import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { loginUrl } from "../../../lib/console/login_url.ts";
import { fileUrl, pageText, sweepPages, withPage } from "../../../lib/console/page.ts";
import { Secret } from "../../../lib/credentials.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { TestContext } from "../../support/test_context.ts";

const url = new Secret("https://signin.example/federation?Action=login&SigninToken=abc");

Deno.test("nothing in a URL leads out of the page's script and links", () => {
  const hostile = `https://x.example/"'><script>alert(1)</script>&lt;`;
  const text = pageText(new Secret(hostile));
  const script = /<script>location\.replace\((.*)\)<\/script>$/.exec(text)![1]!;
  assertEquals(JSON.parse(script), hostile);
  assertEquals(text.match(/<script/g)?.length, 1);
  assertEquals(text.match(/<\/script/g)?.length, 1);
  const href = /href="([^"]*)"/.exec(text)![1]!;
  assertEquals(
    href.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'").replaceAll("&amp;", "&"),
    hostile,
  );
});

Deno.test("a login URL is of characters that no shell and no page changes", () => {
  const parts = {
    signIn: "https://signin.example",
    destination: "https://c.example/a?region=x#logsV2:log-groups",
    token: new Secret("a/b+c='d(e)!~*"),
  };
  const login = loginUrl({ ...parts, isLogoutFirst: false });
  assertMatch(login.reveal(), /^[\w:/.?=&%-]+$/);
  assertEquals(new URL(login.reveal()).searchParams.get("SigninToken"), parts.token.reveal());
  const logout = new URL(loginUrl({ ...parts, isLogoutFirst: true }).reveal());
  assertEquals([logout.pathname, logout.searchParams.get("Action")], ["/oauth", "logout"]);
  assertEquals(logout.searchParams.get("redirect_uri"), login.reveal());
  assertEquals(`${login}`, "[secret]");
});

Deno.test("the file URL of a path", () => {
  assertEquals(fileUrl("/home/a b/#1?.html"), "file:///home/a%20b/%231%3F.html");
  assertEquals(fileUrl("C:\\Users\\ü/x.html"), "file:///C:/Users/%C3%BC/x.html");
  assertEquals(fileUrl(String.raw`\\?\C:\Users\a b\x.html`), "file:///C:/Users/a%20b/x.html");
  for (const start of ["\\\\", "\\\\?\\UNC\\"]) {
    assertEquals(fileUrl(`${start}nas\\homes\\ann\\x.html`), "file://nas/homes/ann/x.html");
  }
});

for (const isInHome of [false, true]) {
  const folder = isInHome ? "." : ".local/state/stsmfa/console";
  Deno.test(`a page is gone however its use ends, and so are those of killed runs: ${folder}`, async () => {
    await using test = await TestContext.create(isInHome ? { os: "unix" } : {});
    const context = test.context();
    const now = test.clock.now().getTime();
    const prefix = isInHome ? "stsmfa-console-" : "";
    const old = `${prefix}${now - 61_000}-01234567.html`;
    const recent = `${prefix}${now - 10_000}-01234567.html`;
    const others = ["notes.html", "stsmfa-console.html"];
    for (const name of [old, recent, ...others]) await test.write(`${folder}/${name}`, "x");
    const pages = async () => (await test.list(folder)).filter((name) => name.endsWith(".html"));
    const kept = [recent, ...others].sort();
    await sweepPages(context);
    const path = await withPage(context, url, isInHome, async (page) => {
      const { mode } = (await test.files.status(page.path))!;
      if (mode !== undefined) assertEquals(mode, 0o600);
      assertEquals((await pages()).length, kept.length + 1);
      return page.path;
    });
    assertMatch(
      path,
      isInHome ? /\/stsmfa-console-\d+-[\da-f]{8}\.html$/ : /[/\\]console[/\\]\d+-/,
    );
    assertEquals(await pages(), kept);
    await assertRejects(() =>
      withPage(context, url, isInHome, () => {
        throw new StsmfaError("Cancelled", "cancelled");
      })
    );
    assertEquals(await pages(), kept);
  });
}

Deno.test("a page that cannot be written whole is removed, and no error names the URL", async () => {
  await using test = await TestContext.create({
    files: (files) => ({
      ...files,
      createNew: async (path, mode) => {
        const file = await files.createNew(path, mode);
        return {
          ...file,
          tryLock: () => file.tryLock(),
          isAt: (path) => file.isAt(path),
          sync: () => file.sync(),
          close: () => file.close(),
          write: () => Promise.reject(new Deno.errors.WriteZero("no space")),
        };
      },
    }),
  });
  const error = await assertRejects(
    () => withPage(test.context(), url, false, () => Promise.resolve()),
  ) as Error;
  assertEquals(error.message.includes("SigninToken"), false);
  assertEquals(await test.list(".local/state/stsmfa/console"), []);
});
