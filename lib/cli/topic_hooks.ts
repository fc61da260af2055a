/**
 * `stsmfa help hooks`.
 *
 * @module
 */

import type { HookPoint } from "../hook.ts";
import type { shippedHooks } from "../profile/hook_settings.ts";
import type { HelpTopic } from "./command.ts";

/** What each is for; the compiler sees to it that none is missing. */
const shipped: Readonly<Record<(typeof shippedHooks)[number], string>> = {
  docker: "Sign docker in to Amazon ECR: docker_registries, docker_mode = auths or helper.",
  dotenv: "Write the session to a file of variables: dotenv_file = ~/shop/.env",
  kube: "Give kubectl access to Amazon EKS: kube_cluster = shop, lab as my-lab",
};

const points: Readonly<Record<HookPoint, string>> = {
  "pre-refresh": "Before a session is renewed. If the hook fails, it is not renewed.",
  "post-refresh": "After a session was renewed.",
  "post-rotate": "After `stsmfa keys rotate` has put a new access key in place.",
};

/** The page. */
export const topic: HelpTopic = {
  parts: [
    "A hook is a TypeScript or JavaScript file that stsmfa runs in a process of its own, with only " +
    "the permissions that you approved, for exactly the bytes that you approved. A profile names " +
    "its hooks in its stsmfa block, and keys that begin with a hook's name are its options:",
    {
      code: [
        "[profile prod]",
        "stsmfa =",
        "  hooks = docker, kube",
        "  kube_cluster = shop",
      ],
    },
    "These come with stsmfa:",
    { terms: Object.entries(shipped) },
    "Your own are in ~/.config/stsmfa/hooks; `hooks = ~/PATH/NAME.ts` names another file. A hook says when " +
    "it runs:",
    { terms: Object.entries(points) },
    "To write one, try it, approve it and use it:",
    {
      code: [
        "stsmfa hooks new notify --template slack",
        "stsmfa hooks run notify",
        "stsmfa hooks allow notify",
      ],
    },
    "After any change a hook has to be approved again. If a hook fails after a session was renewed, " +
    "the session is in place and the exit status is 7. The command: stsmfa hooks --help. How to " +
    "write one: docs/write-a-hook.md",
  ],
};
