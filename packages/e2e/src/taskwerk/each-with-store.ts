import { afterEach, beforeEach } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

/** Gives every test of a file a rig of its own with an empty store in it; `rig` is that of the test that runs. */
export function eachWithStore(): { readonly rig: Rig } {
  const at = { rig: undefined as unknown as Rig };
  beforeEach(async () => {
    at.rig = await makeRig();
    await at.rig.data("init");
  });
  afterEach(() => at.rig.remove());
  return at;
}
