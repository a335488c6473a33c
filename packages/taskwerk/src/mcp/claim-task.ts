import type { ClaimTask } from "@taskwerk/contract/claim";
import { WerkError } from "@taskwerk/contract/errors";
import { type ZodType, z } from "zod";
import { smallTask, withoutEmpty } from "./small-task.ts";
import { type Tool, tool } from "./tool.ts";

/** `task_claim`: takes a ready task for a while, holds it longer, gives it back. */
export const claimTool = (base: typeof ClaimTask, idempotency_key: ZodType<string | undefined>): Tool =>
  tool({
    name: "task_claim",
    description:
      "Take a ready task for yourself alone (id, or the most urgent one that fits query); keep the claim token it gives. heartbeat it before lease_until, release to give it back; both take claim.",
    effect: "adds",
    input: base.pick({ id: true, query: true, lease_s: true, skip_file_conflicts: true }).extend({
      action: z.enum(["take", "heartbeat", "release"]).optional().describe("Default take"),
      lease_s: base.shape.lease_s.describe("Default 900"),
      claim: z.string().optional(),
      reason: z.string().max(10_000).optional(),
      idempotency_key,
    }),
    run: async ({ run, actor, claim: held }, input) => {
      const { action = "take", id, query, lease_s, skip_file_conflicts, reason } = input;
      const key = input.idempotency_key as string | undefined;
      const lease = lease_s === undefined ? {} : { lease_s };
      if (action === "take") {
        const { data, warnings } = await run(
          "claim.take",
          {
            as: actor,
            ...lease,
            ...(id === undefined ? {} : { id }),
            ...(query === undefined ? {} : { query }),
            ...(skip_file_conflicts === undefined ? {} : { skip_file_conflicts }),
          },
          key,
        );
        const { token, lease_until } = data.claim;
        return { data: withoutEmpty({ task: smallTask(data.changed[0]!), claim: token, lease_until, warnings }) };
      }
      const token = input.claim ?? held;
      if (token === undefined) {
        throw new WerkError("CLAIM_REQUIRED", `${action} needs the claim token that take gave.`, { field: "claim" });
      }
      if (action === "heartbeat") {
        const { data } = await run("claim.heartbeat", { token, ...lease }, key);
        return { data: { id: data.changed[0]!.id, lease_until: data.claim.lease_until } };
      }
      const { data, warnings } = await run(
        "claim.release",
        { token, ...(reason === undefined ? {} : { reason }) },
        key,
      );
      return { data: withoutEmpty({ task: smallTask(data.changed[0]!), warnings }) };
    },
  });
