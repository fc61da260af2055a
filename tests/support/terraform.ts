/**
 * Terraform, if it is installed, and a bucket for its state.
 *
 * @module
 */

import { LoopbackJson } from "./loopback_json.ts";

/** Returns the options of a test that needs Terraform: skipped, with the reason, if it is missing. */
export function needsTerraform(): { name: string; ignore: boolean } {
  const isHere = canRun();
  return { name: isHere ? "" : " (skipped: no terraform here)", ignore: !isHere };
}

function canRun(): boolean {
  try {
    const args = ["version"];
    return new Deno.Command("terraform", { args, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Amazon S3, as far as the S3 backend needs it: one bucket, whose objects are kept in memory. */
export function startBucket(): Promise<LoopbackJson> {
  const objects = new Map<string, string>();
  return LoopbackJson.start(({ method, path, body }) => {
    const [name = ""] = path.split("?");
    if (method === "PUT") objects.set(name, body);
    if (method === "PUT") return Promise.resolve({ headers: { etag: '"1"' }, body: "" });
    if (path.includes("list-type=2")) {
      const list = "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>";
      return Promise.resolve({ headers: { "content-type": "application/xml" }, body: list });
    }
    const object = objects.get(name);
    return Promise.resolve(object === undefined ? { status: 404, body: "" } : { body: object });
  });
}
