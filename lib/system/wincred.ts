/**
 * Windows' Credential Manager, by its own library. Loaded with the first use, on Windows alone.
 *
 * Source: https://learn.microsoft.com/en-us/windows/win32/api/wincred/
 *
 * @module
 */

import type { CredentialManager } from "../context.ts";

/** Where the fields of a CREDENTIALW are, in bytes, on a 64-bit system. */
const fields = {
  type: 4,
  targetName: 8,
  blobSize: 32,
  blob: 40,
  persist: 48,
  userName: 72,
  size: 80,
} as const;

/** CRED_TYPE_GENERIC. */
const generic = 1;

/** CRED_PERSIST_LOCAL_MACHINE: it does not roam to other machines. */
const localMachine = 2;

/** Opens the libraries; needs the permission ffi. */
export function credentialManager(): CredentialManager {
  const { symbols } = Deno.dlopen("advapi32.dll", {
    CredReadW: { parameters: ["buffer", "u32", "u32", "buffer"], result: "i32" },
    CredWriteW: { parameters: ["buffer", "u32"], result: "i32" },
    CredDeleteW: { parameters: ["buffer", "u32", "u32"], result: "i32" },
    CredEnumerateW: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
    CredFree: { parameters: ["pointer"], result: "void" },
  });
  const { symbols: { GetLastError } } = Deno.dlopen("kernel32.dll", {
    GetLastError: { parameters: [], result: "u32" },
  });
  const check = (isDone: number, action: string) => {
    if (isDone !== 0) return;
    const code = GetLastError();
    throw Object.assign(new Error(`${action} failed with error ${code}`), { code });
  };
  return {
    read: (target) => {
      const found = new BigUint64Array(1);
      check(symbols.CredReadW(wide(target), generic, 0, bytesOf(found)), "CredRead");
      const pointer = Deno.UnsafePointer.create(found[0]!);
      try {
        const view = new Deno.UnsafePointerView(pointer!);
        const size = view.getUint32(fields.blobSize);
        const blob = view.getPointer(fields.blob);
        if (blob === null || size === 0) return new Uint8Array();
        return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(blob, size).slice(0));
      } finally {
        symbols.CredFree(pointer);
      }
    },
    write: (target, userName, secret) => {
      const credential = new Uint8Array(fields.size);
      const view = new DataView(credential.buffer);
      const parts = { targetName: wide(target), userName: wide(userName), blob: secret.slice() };
      for (const [name, bytes] of Object.entries(parts)) {
        const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
        view.setBigUint64(fields[name as keyof typeof parts], address, true);
      }
      view.setUint32(fields.type, generic, true);
      view.setUint32(fields.persist, localMachine, true);
      view.setUint32(fields.blobSize, secret.length, true);
      try {
        check(symbols.CredWriteW(credential, 0), "CredWrite");
      } finally {
        parts.blob.fill(0);
      }
    },
    remove: (target) => check(symbols.CredDeleteW(wide(target), generic, 0), "CredDelete"),
    list: (prefix) => {
      const count = new Uint32Array(1);
      const found = new BigUint64Array(1);
      check(
        symbols.CredEnumerateW(wide(`${prefix}*`), 0, bytesOf(count), bytesOf(found)),
        "CredEnumerate",
      );
      const pointer = Deno.UnsafePointer.create(found[0]!);
      try {
        const view = new Deno.UnsafePointerView(pointer!);
        return Array.from({ length: count[0]! }, (_, at) => {
          const item = new Deno.UnsafePointerView(view.getPointer(at * 8)!);
          return textAt(item.getPointer(fields.targetName)!);
        });
      } finally {
        symbols.CredFree(pointer);
      }
    },
  };
}

/** Returns a text in UTF-16 with a NUL behind it. */
function wide(text: string): Uint8Array<ArrayBuffer> {
  const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const bytes = new Uint8Array(units.byteLength + 2);
  bytes.set(new Uint8Array(units.buffer));
  return bytes;
}

function textAt(pointer: Deno.PointerObject): string {
  const view = new Deno.UnsafePointerView(pointer);
  let text = "";
  for (let at = 0;; at += 2) {
    const unit = view.getUint16(at);
    if (unit === 0) return text;
    text += String.fromCharCode(unit);
  }
}

function bytesOf({ buffer }: BigUint64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Uint8Array<
  ArrayBuffer
> {
  return new Uint8Array(buffer);
}
