import { taskwerkClient } from "@taskwerk/contract/client";
import { isWerkError } from "@taskwerk/contract/errors";
import { expect, it } from "vitest";
import { holdUpImport } from "../../durability/held-up.ts";
import { mayTrace } from "../../durability/traced.ts";
import { openStage } from "./stage.ts";

it.skipIf(!mayTrace())(
  "writes that wait for a process which does not go on are all told STORE_BUSY after half a minute",
  async () => {
    const { rig, file, close } = await openStage([], "api: {calls: 8}\n");
    const client = taskwerkClient(file);
    /** The id of a new task, or the code of what became of it. */
    const add = (title: string): Promise<string> =>
      client.call("task.add", { title }, { idempotencyKey: title }).then(
        ({ data }) => data.changed[0]!.id,
        (error: unknown) => (isWerkError(error) ? error.code : String(error)),
      );
    try {
      const { signal, end } = await holdUpImport(rig);
      const titles = Array.from({ length: 8 }, (_, n) => `write ${n}`);
      expect(await Promise.all(titles.map(add))).toEqual(titles.map(() => "STORE_BUSY"));
      expect((await client.call("task.list", {})).data).toHaveLength(2);
      signal("SIGKILL");
      signal("SIGCONT");
      expect((await end).code).not.toBe(0);
      expect(await add("write 0")).toBe("TASK-003");
      expect((await client.call("task.list", { all: true })).data).toHaveLength(3);
    } finally {
      await close();
    }
  },
);
