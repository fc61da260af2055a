import { assertEquals, assertRejects } from "@std/assert";
import { type Browser, findBrowser } from "../../../lib/console/browser.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { TestContext, type TestContextOptions } from "../../support/test_context.ts";

const page = {
  path: "/home/a/x.html",
  url: "file:///home/a/x.html",
  isRead: () => Promise.resolve(undefined),
};

interface World extends TestContextOptions {
  readonly named?: string;
  readonly programs?: readonly string[];
  readonly desktopFile?: string;
  /** What programs print, by their command line. */
  readonly prints?: Readonly<Record<string, string>>;
}

async function find(world: World): Promise<Browser | string> {
  const { named, programs = [], desktopFile, prints = {}, env, ...options } = world;
  await using test = await TestContext.create({
    // Unless another system is named, a desktop of Linux.
    ...(options.runtime === undefined && { os: "unix" }),
    runCommand: ({ argv }) => {
      const stdout = prints[argv.join(" ")];
      return stdout === undefined
        ? Promise.reject(new Deno.errors.NotFound(argv[0]))
        : Promise.resolve({ exitStatus: 0, stdout });
    },
    ...options,
  });
  for (const name of programs) await test.write(`bin/${name}`, "", 0o755);
  if (desktopFile !== undefined) await test.write(desktopFile, "");
  Object.assign(test.env, { PATH: test.path("bin") }, env);
  const found = await findBrowser(test.context(), named);
  if (typeof found === "string") return found;
  const lines = await found.commands(page);
  const commands = lines.map((words) => words.map((word) => word.replace(test.home, "HOME")));
  return { ...found, commands: () => Promise.resolve(commands as never) };
}

async function commands(world: World): Promise<readonly (readonly string[])[] | string> {
  const found = await find(world);
  return typeof found === "string" ? found : await found.commands(page);
}

const display = { DISPLAY: ":0" };
const apple = "deno 2.7.11, aarch64-apple-darwin";

Deno.test("each system opens a page by its own program", async () => {
  assertEquals(await commands({ runtime: apple }), [["open", page.path]]);
  assertEquals(await commands({ os: "windows" }), [
    ["rundll32.exe", "url.dll,FileProtocolHandler", "\\home\\a\\x.html"],
  ]);
  assertEquals(await commands({ env: display, programs: ["www-browser", "xdg-open"] }), [
    ["xdg-open", page.path],
    ["www-browser", page.path],
  ]);
  assertEquals(
    await commands({ env: { WAYLAND_DISPLAY: "wayland-0" }, programs: ["xdg-open"] }),
    [["xdg-open", page.path]],
  );
});

Deno.test("WSL opens it in Windows, where the path is another one", async () => {
  const env = { WSL_DISTRO_NAME: "Debian" };
  const prints = { [`wslpath -w ${page.path}`]: "\\\\wsl.localhost\\Debian\\home\\a\\x.html\r\n" };
  assertEquals(await commands({ env, prints, programs: ["wslview", "rundll32.exe"] }), [
    ["wslview", page.path],
    ["rundll32.exe", "url.dll,FileProtocolHandler", "\\\\wsl.localhost\\Debian\\home\\a\\x.html"],
  ]);
  assertEquals(await commands({ env, programs: ["rundll32.exe"] }), []);
  assertEquals(await commands({ env }), "there is none of wslview, rundll32.exe");
});

Deno.test("without a display or over SSH there is no browser, unless one is named", async () => {
  const programs = ["xdg-open", "firefox"];
  assertEquals(await commands({ programs }), "there is no display");
  const env = { ...display, SSH_TTY: "/dev/pts/1" };
  assertEquals(await commands({ programs, env }), "this is an SSH session");
  assertEquals(await commands({ runtime: apple, env }), "this is an SSH session");
  assertEquals(await commands({ programs, env, named: "firefox -P work" }), [
    ["firefox", "-P", "work", page.url],
  ]);
});

Deno.test("the page has its place in a named browser's words, quoted as in a shell", async () => {
  const named = "chromium '--profile-directory=Profile 1' --app=%s";
  assertEquals(await commands({ programs: ["chromium"], named }), [
    ["chromium", "--profile-directory=Profile 1", `--app=${page.url}`],
  ]);
});

Deno.test("a named browser that is none: exit 2", async () => {
  for (
    const [named, code] of [["nosuch -x", "CommandNotFound"], ["", "Usage"], ["'a", "Usage"]]
  ) {
    const error = await assertRejects(() => find({ named: named! }), StsmfaError);
    assertEquals([error.code, error.exitStatus], [code as StsmfaError["code"], 2]);
    assertEquals(error.message.startsWith("--browser"), true, error.message);
  }
});

Deno.test("the desktop's own browser comes before what opens files", async () => {
  const prints = { "xdg-settings get default-web-browser": "firefox.desktop\n" };
  const desktopFile = ".local/share/applications/firefox.desktop";
  const world = { env: display, prints, desktopFile, programs: ["xdg-open", "gio"] };
  assertEquals(await commands(world), [
    ["gio", "launch", `HOME/${desktopFile}`, page.url],
    ["xdg-open", page.path],
  ]);
  assertEquals(await commands({ ...world, programs: ["xdg-open"] }), [["xdg-open", page.path]]);
});

const confined: Readonly<Record<string, [World, boolean]>> = {
  "flatpak's": [{
    prints: { "xdg-settings get default-web-browser": "org.mozilla.firefox.desktop\n" },
    desktopFile: ".local/share/flatpak/exports/share/applications/org.mozilla.firefox.desktop",
  }, true],
  "the distribution's": [{
    prints: { "xdg-settings get default-web-browser": "firefox-esr.desktop\n" },
    desktopFile: ".local/share/applications/firefox-esr.desktop",
  }, false],
  "a name that leads elsewhere": [{
    prints: { "xdg-settings get default-web-browser": "../../x.desktop\n" },
  }, false],
  "flatpak, named": [{ named: "flatpak run org.mozilla.firefox", programs: ["flatpak"] }, true],
  "firefox, named": [{ named: "firefox", programs: ["firefox"] }, false],
};

for (const [what, [world, isConfined]] of Object.entries(confined)) {
  Deno.test(`whether a browser sees hidden folders: ${what}`, async () => {
    const programs = ["xdg-open", ...world.programs ?? []];
    const found = await find({ env: display, ...world, programs });
    assertEquals(typeof found === "object" && found.isConfined, isConfined);
  });
}
