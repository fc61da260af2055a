import { loadShare } from "../support/worker_share.ts";

await loadShare(import.meta.url);
