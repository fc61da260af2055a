import { assertEquals, assertThrows } from "@std/assert";
import { type Claimant, claimedNames, entryNames } from "../../../lib/kube/claims.ts";
import { wantedClusters } from "../../../lib/kube/wanted.ts";

const SHOP = "arn:aws:eks:eu-west-1:111111111111:cluster/shop";

function claimant(profile: string, cluster: string, more: Partial<Claimant> = {}): Claimant {
  const wanted = wantedClusters({ cluster });
  return { profile, region: "eu-west-1", accountId: "111111111111", wanted, ...more };
}

function contextOf(cluster: string, ...earlier: Claimant[]): string {
  return entryNames(
    claimant("me", cluster),
    wantedClusters({ cluster }).clusters[0]!,
    SHOP,
    earlier,
  ).contexts;
}

Deno.test("the first profile that asks for a cluster has its ARN as context, others add their names", () => {
  assertEquals(contextOf("shop"), SHOP);
  assertEquals(contextOf("shop", claimant("a", "lab, shop")), `${SHOP}@me`);
  // What may be the same cluster is taken for it.
  for (const unknown of [{ region: null }, { accountId: null }, { region: "eu-west-1-fips" }]) {
    assertEquals(contextOf("shop", claimant("a", "shop", unknown)), `${SHOP}@me`);
  }
  for (const other of [{ region: "eu-west-2" }, { accountId: "222222222222" }]) {
    assertEquals(contextOf("shop", claimant("a", "shop", other)), SHOP);
  }
  assertEquals(contextOf("shop", claimant("a", "lab"), claimant("b", "shop as x")), SHOP);
  assertEquals(contextOf("shop as y", claimant("a", "shop")), "y");
});

Deno.test("a name that an earlier profile has is refused, be it given or made", () => {
  for (
    const [cluster, earlier] of [
      ["shop as x", claimant("a", "lab as x", { region: "us-east-1" })],
      [`shop as ${SHOP}`, claimant("a", "shop")],
      [`shop as ${SHOP}@a`, claimant("a", "shop")],
    ] as const
  ) {
    const before = cluster.endsWith("@a") ? [claimant("z", "shop"), earlier] : [earlier];
    assertThrows(() => contextOf(cluster, ...before), Error, "belongs to profile a");
  }
  const same = wantedClusters({ cluster: "shop", user: "u" });
  assertThrows(
    () =>
      entryNames(claimant("me", "shop"), same.clusters[0]!, SHOP, [
        claimant("a", "x", { wanted: same }),
      ]),
    Error,
    "user u belongs to profile a",
  );
});

Deno.test("users never meet, whatever profiles and clusters are called", () => {
  const { users } = claimedNames([
    claimant("a", "shop"),
    claimant("a@a", "shop"),
    claimant("a", "shop-a"),
    claimant("a", "shop", { region: "cn-north-1" }),
  ]);
  assertEquals(users.size, 4);
});

Deno.test("options: what is no cluster, two of one name, and what is not known", () => {
  for (
    const [options, message] of [
      [{ cluster: "a as x, b as x" }, "kube_cluster gives x as context to more than one"],
      [{ cluster: "a", use_context: "yes" }, "kube_use_context is true or false, not yes"],
      [{ clusters: "a" }, "there is no kube_clusters"],
      [{ cluster: "-a" }, "-a is not a cluster"],
    ] as const
  ) assertThrows(() => wantedClusters(options), Error, message);
  assertEquals(wantedClusters({ cluster: "a, b as x", use_context: "TRUE" }), {
    clusters: [
      { cluster: "a", context: undefined, user: undefined },
      { cluster: "b", context: "x", user: undefined },
    ],
    usesContext: true,
  });
});
