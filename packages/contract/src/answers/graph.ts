/** What answers about how tasks hang together hold, as schemas. */
import { z } from "zod";
import type { WhyNode } from "../graph.ts";
import { Status } from "../task.ts";

const word = z.string();
const count = z.number().int();

const Hindrance = z.union([
  z.object({ kind: z.literal("status"), status: Status, reason: word.nullable() }),
  z.object({ kind: z.literal("claimed"), by: word, until: word }),
  z.object({ kind: z.literal("deferred"), until: word }),
  z.object({ kind: z.enum(["archived", "deleted"]), at: word }),
  z.object({ kind: z.literal("group") }),
  z.object({
    kind: z.literal("more"),
    of: z.enum(["waits_for", "child"]),
    left: count.describe("How many are not told here"),
    total: count,
    list: word.describe("The command that lists them all"),
  }),
  z.object({
    kind: z.enum(["waits_for", "child", "ancestor"]),
    task: z.lazy((): z.ZodType<WhyNode> => Proof).describe("That task, with what keeps it, in the same form"),
  }),
]);
/** A task in the proof of why another one is not ready. */
export const Proof = z.object({
  id: word,
  title: word,
  status: Status,
  ready: z.boolean(),
  claim: z.object({ by: word, lease_until: word }).nullable(),
  because: z.array(Hindrance),
  above: z.boolean(),
  cut: z.boolean(),
});

/** Kind → `data`. */
export const GRAPH_ANSWERS = {
  "task.why": Proof.extend({ ends: z.array(word) }),
  "graph.check": z.object({
    ok: z.boolean(),
    tasks: count,
    dependencies: count,
    cycles: z.array(z.array(word)),
    kin: z.array(z.object({ id: word, on: word })),
    never: z.array(z.object({ id: word, on: word, why: z.enum(["cancelled", "deleted"]) })),
  }),
} as const;
