/** What an agent may say over its socket: one JSON object a line. */
import { z } from "zod";
import { REPORTED_KINDS } from "../model/blocker.ts";

const text = z.string().trim().min(1).max(20_000);
const long = z.string().max(200_000);
const tokens = z.number().int().min(0).max(1_000_000_000_000);
const id = z.union([z.number(), z.string().max(100)]);

/** One request; `id` comes back in the reply. */
export const SideMessage = z.discriminatedUnion("op", [
  z.object({ id, op: z.literal("task_get") }),
  z.object({ id, op: z.literal("task_note"), text }),
  z.object({
    id,
    op: z.literal("ask_human"),
    question: text,
    options: z.array(text).max(20).default([]),
    default: text.nullish().transform((value) => value ?? null),
    reversible: z.boolean().default(false),
  }),
  z.object({ id, op: z.literal("report_blocker"), reason: text, kind: z.enum(REPORTED_KINDS).optional() }),
  z.object({ id, op: z.literal("claim_done"), evidence: z.string().max(20_000).default("") }),
  z.object({
    id,
    op: z.literal("tool"),
    name: z.string().min(1).max(200),
    input: z.unknown(),
    output: long.default(""),
    ok: z.boolean().default(true),
  }),
  z.object({ id, op: z.literal("turn") }),
  /** Cumulative over the conversation. */
  z.object({
    id,
    op: z.literal("usage"),
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_tokens: tokens.default(0),
    cache_write_tokens: tokens.default(0),
    cost_usd: z
      .number()
      .min(0)
      .max(1_000_000)
      .nullish()
      .transform((value) => value ?? null),
  }),
]);
export type SideMessage = z.infer<typeof SideMessage>;

/** A line as a request, or what is wrong with it and the id to answer to, if one could be read. */
export function readSideMessage(
  line: string,
):
  | { readonly ok: true; readonly message: SideMessage }
  | { readonly ok: false; readonly id: number | string | null; readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, id: null, error: "this line is no JSON" };
  }
  const parsed = SideMessage.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const given = z.object({ id }).safeParse(value);
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return {
    ok: false,
    id: given.success ? given.data.id : null,
    error: `${where}${issue?.message ?? "not understood"}`,
  };
}
