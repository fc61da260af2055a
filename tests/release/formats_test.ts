import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { checkFormat } from "../../.github/release/format.ts";
import { readElf } from "../../.github/release/formats/elf.ts";
import { makeImageWhole, readPe, withoutProgram } from "../../.github/release/formats/pe.ts";
import { testOrSkip } from "../support/abilities.ts";
import { machO, pe } from "../support/made_up_programs.ts";

testOrSkip({
  name: "the Deno that runs this is a program of its own target",
  ignore: Deno.build.os !== "linux",
  reason: "it is not Linux",
  fn: async () => {
    const { machine, interpreter, libraries } = readElf(await Deno.readFile(Deno.execPath()));
    assertEquals(machine, Deno.build.arch);
    assertMatch(interpreter, /^\/lib.*\/ld-linux-/);
    assertEquals(libraries.includes("libc.so.6"), true);
  },
});

Deno.test("a program for macOS is taken with a signature of which every page fits", () => {
  const said = checkFormat("aarch64-apple-darwin", machO());
  assertEquals(said, "Mach-O aarch64, macOS 11.0, signed ad hoc: 3 pages fit");
});

Deno.test("Intel's macOS needs no signature, but what there is must fit", () => {
  const machine = "x86_64";
  const said = checkFormat("x86_64-apple-darwin", machO({ machine, isSigned: false }));
  assertEquals(said, "Mach-O x86_64, macOS 11.0, not signed, as Intel's need not be");
  const damaged = machO({ machine });
  damaged[5000]! ^= 1;
  assertThrows(() => checkFormat("x86_64-apple-darwin", damaged), Error, "page 1 is not the one");
});

const refused: Record<string, [Parameters<typeof machO>[0], string]> = {
  "has no signature": [{ isSigned: false }, "it has no signature"],
  "is for Intel's": [{ machine: "x86_64" }, "it is for x86_64"],
  "needs a newer macOS": [{ oldest: 14 }, "it needs macOS 14.0"],
  "has a signature that is not ad hoc": [{ flags: 0 }, "its signature is not ad hoc"],
  "has a signature of fewer bytes": [{ limit: 8000 }, "the signature covers 8000 of 9000 bytes"],
  "goes on behind its signature": [{ behind: 1 }, "there is something behind it"],
};

for (const [what, [options, fault]] of Object.entries(refused)) {
  Deno.test(`a program for arm64's macOS is refused that ${what}`, () => {
    assertThrows(() => checkFormat("aarch64-apple-darwin", machO(options)), Error, fault);
  });
}

Deno.test("each bit of what is signed counts", () => {
  for (let at = 0; at < 9000; at += 101) {
    const program = machO();
    program[at]! ^= 1;
    assertThrows(() => checkFormat("aarch64-apple-darwin", program), Error, undefined, `${at}`);
  }
});

const windows = "x86_64-pc-windows-msvc";

Deno.test("a program for Windows is taken when all of it is loaded", () => {
  assertEquals(checkFormat(windows, pe(new Uint8Array(9000))), "PE32+ x86_64, console");
  const fault = "the end of .pedata would not be loaded";
  assertThrows(() => checkFormat(windows, pe(new Uint8Array(9000), 8000)), Error, fault);
});

Deno.test("the image of a program for Windows is made of whole pages", () => {
  for (const image of [8192 + 9000, 8192, 8192 + 4096, 8192 + 3 * 4096]) {
    const program = pe(new Uint8Array(9000), 9000, image);
    if (image < 8192 + 3 * 4096) assertThrows(() => checkFormat(windows, program), Error);
    makeImageWhole(program);
    assertEquals(program, pe(new Uint8Array(9000)));
  }
  const fault = "its image, of 17192 bytes, ends within a page";
  assertThrows(() => readPe(pe(new Uint8Array(9000), 9000, 17192)), Error, fault);
});

Deno.test("a runtime for Windows without the program that was in it is one without any", () => {
  const runtime = withoutProgram(pe(new Uint8Array(9000)));
  assertEquals([runtime.length, readPe(runtime).sections], [1024, [".text"]]);
  assertThrows(() => checkFormat(windows, runtime), Error, "it is the runtime alone");
  assertThrows(() => withoutProgram(runtime), Error, "its last section is no program of Deno");
});

for (
  const target of ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"]
) {
  Deno.test(`a text is no program for ${target}`, () => {
    const text = new TextEncoder().encode("#!/bin/sh\necho stsmfa\n".repeat(20));
    assertThrows(() => checkFormat(target, text), Error, "it does not begin as");
  });
}
