/**
 * Detects a user's private group, as many systems create one for each user: nobody else can write
 * what it can write.
 *
 * @module
 */

import type { Files } from "../context.ts";

/**
 * Reports whether a group has the user's number and no other member; false if that is unknown.
 *
 * Members are those in /etc/group and /etc/passwd; a directory service could add others to a group
 * that is in neither.
 */
export async function isOwnGroup(
  files: Pick<Files, "read">,
  gid: number,
  uid: number,
): Promise<boolean> {
  if (gid !== uid) return false;
  const users = await table(files, "/etc/passwd");
  const groups = await table(files, "/etc/group");
  // A line with a + includes those of a directory service.
  if (![...users, ...groups].every(([name]) => /^[^+]/.test(name ?? ""))) return false;
  if (users.some(([, , user, group]) => Number(group) === gid && Number(user) !== uid)) {
    return false;
  }
  const ours = users.filter(([, , user]) => Number(user) === uid).map(([name]) => name!);
  const lines = groups.filter(([, , group]) => Number(group) === gid);
  if (lines.length === 0) return groups.length > 0 && await areFilesAll(files);
  return lines.every(([, , , members = ""]) =>
    members.split(",").every((name) => name === "" || ours.includes(name))
  );
}

async function table(files: Pick<Files, "read">, path: string): Promise<string[][]> {
  const lines = (await text(files, path)).split("\n");
  return lines.filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

/** Reports whether the system looks up users and groups nowhere else. */
async function areFilesAll(files: Pick<Files, "read">): Promise<boolean> {
  const conf = await text(files, "/etc/nsswitch.conf");
  return ["passwd", "group"].every((database) => {
    const [, sources] = new RegExp(`^${database}:(.*)$`, "m").exec(conf) ?? [];
    const words = sources?.replace(/#.*$/, "").trim().split(/\s+/) ?? ["unknown"];
    return words.every((word) => word === "files" || word === "systemd");
  });
}

async function text(files: Pick<Files, "read">, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch {
    return "";
  }
}
