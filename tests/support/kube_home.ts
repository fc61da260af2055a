/**
 * A home whose profile lets kubectl into a cluster.
 *
 * @module
 */

import { type Home, type HomeOptions, openHome } from "./homes.ts";
import { loopbackAuthority, type LoopbackCluster, LoopbackEks } from "./loopback_eks.ts";

/** The ARN of the cluster `shop`. */
export const SHOP = "arn:aws:eks:eu-west-1:123456789012:cluster/shop";

/** What differs from the default home. */
export interface KubeHomeOptions extends HomeOptions {
  /** Lines of the profile's block; default: the cluster's name. */
  readonly block?: readonly string[];
  /** More clusters, or another `shop`. */
  readonly clusters?: Readonly<Record<string, LoopbackCluster>>;
  /** Where the API server of `shop` is. */
  readonly endpoint?: string;
}

/** A home with its EKS. */
export interface KubeHome extends AsyncDisposable {
  readonly home: Home;
  readonly eks: LoopbackEks;
  /** Refreshes, getting a new session on the machine's clock, and returns the exit status. */
  refresh(...args: string[]): Promise<number>;
  /** Reads the kubeconfig. */
  read(name?: string): Promise<string>;
}

/** Opens a home: the `prod` profile has the hook, which runs in its own process. */
export async function openKubeHome(options: KubeHomeOptions = {}): Promise<KubeHome> {
  const { block = ["kube_cluster = shop"], clusters, endpoint, ...rest } = options;
  const lines = ["hooks = kube", "source_profile = default-long-term", ...block];
  const home = await openHome({
    config: `[profile prod]\nregion = eu-west-1\nstsmfa =\n${
      lines.map((line) => `  ${line}\n`).join("")
    }`,
    hooks: true,
    now: new Date(),
    ...rest,
  });
  const eks = new LoopbackEks({
    sts: home.sts,
    clusters: {
      [SHOP]: {
        endpoint: endpoint ?? "https://SHOP.gr7.eu-west-1.eks.amazonaws.com",
        certificateAuthority: loopbackAuthority(),
      },
      ...clusters,
    },
    tls: home.sts.url.startsWith("https"),
  });
  Object.assign(home.test.env, eks.env());
  return {
    home,
    eks,
    refresh: async (...args) => {
      home.types();
      return await home.run("refresh", "prod", "--force", ...args);
    },
    read: (name = ".kube/config") => home.test.read(name),
    [Symbol.asyncDispose]: async () => {
      await eks[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
