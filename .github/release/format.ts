/**
 * Checks that a file is a program for its target: `format.ts TARGET PROGRAM`.
 *
 * @module
 */

import { must } from "./formats/bytes.ts";
import { readElf } from "./formats/elf.ts";
import { readMachO } from "./formats/mach_o.ts";
import { payload, readPe } from "./formats/pe.ts";

/** The newest glibc that a program may ask for, as README.md says it. */
export const glibc = "2.27";

/** The oldest macOS that a program may be for at most, as README.md says it. */
const macOs = 12;

const loaders: Readonly<Record<string, string>> = {
  x86_64: "/lib64/ld-linux-x86-64.so.2",
  aarch64: "/lib/ld-linux-aarch64.so.1",
};

/**
 * Returns what kind of program it is, in words.
 *
 * @throws Error with what is wrong, when it is none for this target
 */
export function checkFormat(target: string, content: Uint8Array<ArrayBuffer>): string {
  const [machine] = /^[^-]+/.exec(target)!;
  if (target.endsWith("-linux-gnu")) {
    const elf = readElf(content);
    must(elf.machine === machine, `it is for ${elf.machine}`);
    must(elf.interpreter === loaders[machine], `its loader is ${elf.interpreter}`);
    must(Number(elf.glibc.slice(2)) <= Number(glibc.slice(2)), `it needs glibc ${elf.glibc}`);
    const strange = elf.libraries.filter((name) =>
      !/^(ld-linux-.*|lib(c|m|dl|rt|pthread|gcc_s))\.so\.\d$/.test(name)
    );
    must(strange.length === 0, `it needs ${strange.join(", ")}`);
    return `ELF ${machine}, glibc ${elf.glibc}`;
  }
  if (target.endsWith("-apple-darwin")) {
    const { machine: found, oldest, signature } = readMachO(content);
    must(found === machine, `it is for ${found}`);
    must(parseFloat(oldest) <= macOs, `it needs macOS ${oldest}`);
    const isNeeded = machine === "aarch64";
    must(signature !== undefined || !isNeeded, "it has no signature");
    must(signature?.isAdHoc ?? true, "its signature is not ad hoc");
    const signed = signature === undefined
      ? "not signed, as Intel's need not be"
      : `signed ad hoc: ${signature.pages} pages fit`;
    return `Mach-O ${machine}, macOS ${oldest}, ${signed}`;
  }
  const pe = readPe(content);
  must(pe.machine === machine, `it is for ${pe.machine}`);
  must(pe.isConsole, "it is not for the console");
  must(pe.sections.includes(payload), "it is the runtime alone");
  return `PE32+ ${machine}, console`;
}

if (import.meta.main) {
  const [target, program] = Deno.args;
  if (target === undefined || program === undefined) {
    throw new Error("usage: format.ts TARGET PROGRAM");
  }
  console.log(checkFormat(target, await Deno.readFile(program)));
}
