import { assertEquals } from "@std/assert";
import { accountOf } from "../../../lib/profile/identity.ts";

const device = { mfa: { serialNumber: "arn:aws:iam::123456789012:mfa/alice" } };
const role = { roleArn: "arn:aws-cn:iam::222222222222:role/r" };

Deno.test("accountOf() gives the role's account, else that of the device", () => {
  assertEquals(accountOf(device), "123456789012");
  assertEquals(accountOf({ ...device, role }), "222222222222");
});

Deno.test("accountOf() goes by the device that was used", () => {
  assertEquals(accountOf(device, "arn:aws:iam::333333333333:mfa/bob"), "333333333333");
  assertEquals(accountOf({ mfa: {} }, "arn:aws:iam::333333333333:mfa/bob"), "333333333333");
});

for (const serialNumber of ["GAHT12345678", "arn:aws:iam::12:mfa/a", undefined]) {
  Deno.test(`accountOf() knows no account of ${serialNumber}`, () => {
    assertEquals(accountOf({ mfa: {} }, serialNumber), undefined);
  });
}
