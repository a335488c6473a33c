/** The same as giants.test.ts, as large as it takes to be felt, and larger than git is given memory for. */
import { expect, it, vi } from "vitest";
import { giantsWorld, refusesGiants } from "./giants-contract.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const MEGABYTE = 1024 * 1024;
const world = await giantsWorld();

refusesGiants(world, { commit: 200 * MEGABYTE, tree: 200 * MEGABYTE });

it("a commit for which git would need more memory than it is given is refused", async () => {
  const { inside, work, take } = world();
  work(inside("", "rev-parse", "HEAD^{tree}"), Buffer.alloc(600 * MEGABYTE, "a line of a message\n"));
  expect(await take()).toMatchObject({ kind: "refused", reason: expect.stringContaining("attempting to allocate") });
});
