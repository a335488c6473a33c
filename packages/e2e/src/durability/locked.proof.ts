import { expect, it } from "vitest";
import { makeRig } from "../rig.ts";
import { holdUpImport } from "./held-up.ts";
import { mayTrace } from "./traced.ts";

it.skipIf(!mayTrace())(
  "a store that is locked for longer than anybody waits is STORE_BUSY, exit 5, and may be tried again",
  async () => {
    const rig = await makeRig();
    try {
      await rig.data("init");
      const { end, signal } = await holdUpImport(rig);
      expect(await rig.failure("add", "too late")).toMatchObject({ code: "STORE_BUSY", exit: 5, retryable: true });
      signal("SIGKILL");
      expect((await end).code).toBe(137);
      expect(await rig.data("add", "in time")).toMatchObject({ changed: [{ id: "TASK-001" }] });
    } finally {
      await rig.remove();
    }
  },
);
