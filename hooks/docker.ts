import type { Hook } from "../lib/hook.ts";

export default { on: "post-refresh", run() {} } satisfies Hook as Hook;
