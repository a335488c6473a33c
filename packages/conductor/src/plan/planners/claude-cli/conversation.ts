/** What Claude Code prints for one question with `--output-format stream-json --include-partial-messages`, and what it means. */
import { z } from "zod";
import type { Attempt, Tokens } from "../model/question.ts";
import { receiver, type StreamEvent } from "../model/received.ts";
import { stopTrouble } from "../model/stop-trouble.ts";
import type { FinalOutcome, PassingOutcome, Trouble } from "../model/trouble.ts";
import type { ProgramEnd } from "./run-program.ts";

const Line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stream_event"), event: z.object({ type: z.string() }).loose() }),
  z.object({
    type: z.literal("result"),
    subtype: z.string(),
    is_error: z.boolean(),
    result: z.string().nullish(),
    terminal_reason: z.string().nullish(),
    api_error_status: z.number().nullish(),
    structured_output: z.unknown().optional(),
    errors: z.array(z.string()).nullish(),
  }),
]);
type Result = Extract<z.infer<typeof Line>, { readonly type: "result" }>;

/** One run of Claude Code as it is heard, and what came of it. */
export interface Conversation {
  hear(line: string): "go on" | "stop";
  end(end: ProgramEnd): Attempt;
  /** Tokens of each request it made, at least one. */
  requests(): readonly Tokens[];
}

/** Listens to one run. Lines of other kinds are passed over: later versions print more. */
export function conversation(): Conversation {
  const messages: ReturnType<typeof receiver>[] = [];
  let result: Result | null = null;
  let stopped: Trouble | null = null;
  return {
    hear(text) {
      const line = lineOf(text);
      if (line?.type === "result") result = line;
      if (line?.type !== "stream_event") return "go on";
      const event = line.event as unknown as StreamEvent;
      if (event.type === "message_start") messages.push(receiver());
      const message = messages.at(-1);
      message?.hear(event);
      // It would go on from a cut-off answer by itself, and pay for it three times.
      if (event.type === "message_delta") stopped = stopTrouble(message?.received().stop ?? null);
      return stopped === null ? "go on" : "stop";
    },
    end(end) {
      const trouble = stopped ?? (result === null ? troubleWithout(end, messages.length > 0) : troubleIn(result));
      return trouble === null ? { kind: "answer", json: result?.structured_output } : { kind: "trouble", trouble };
    },
    requests: () =>
      messages.length === 0 ? [receiver().received().tokens] : messages.map((one) => one.received().tokens),
  };
}

function lineOf(text: string): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const final = (outcome: FinalOutcome, reason: string): Trouble => ({ kind: "final", outcome, reason });
const again = (outcome: PassingOutcome, reason: string, retryAfterMs: number | null = null): Trouble => ({
  kind: "again",
  outcome,
  reason,
  retryAfterMs,
});

/** It ended without a result. */
function troubleWithout(end: ProgramEnd, began: boolean): Trouble {
  switch (end.kind) {
    case "silent":
      return again("silent", `it said nothing for ${end.forMs / 1_000} s`);
    case "not-started":
      return final("unavailable", `Claude Code cannot be started: ${end.reason}`);
    case "too-much":
      return final("malformed", "it printed without end");
    case "stopped":
      return again("broken-off", "it was stopped");
    case "exited": {
      const how = `${end.code === null ? "by a signal" : `with code ${end.code}`}${end.said === "" ? "" : `: ${end.said.split("\n")[0]}`}`;
      return began
        ? again("broken-off", `Claude Code ended ${how}`)
        : final("unavailable", `Claude Code ended ${how}, before it asked its model`);
    }
    default: {
      const never: never = end;
      throw new Error(`unknown end ${JSON.stringify(never)}`);
    }
  }
}

/** The subtype is not to be trusted: a refused key is a "success". `is_error`, the status and the reason are. */
function troubleIn(result: Result): Trouble | null {
  const { subtype, is_error: isError, terminal_reason: reason, api_error_status: status } = result;
  const words = (result.result ?? result.errors?.join("; ") ?? "").slice(0, 500) || `it ended with ${subtype}`;
  if (subtype === "error_max_structured_output_retries") return final("other-shape", words);
  if (reason === "prompt_too_long" || /prompt is too long/i.test(words)) return final("too-long", words);
  if (subtype === "error_max_turns" || reason === "max_turns")
    return final("other-shape", "it gave no answer of this shape");
  if (!isError && subtype === "success")
    return result.structured_output == null ? final("malformed", "it answered in words") : null;
  if (status === 403) return final("forbidden", words);
  if (status === 401 || /invalid api key|\/login|authenticat/i.test(words)) return final("unauthorized", words);
  if (status === 402 || /credit balance/i.test(words)) return final("no-credit", words);
  if (status === 404) return final("no-such-model", words);
  if (status === 429 || /rate.?limit|usage limit|limit reached|hit your .*limit/i.test(words))
    return again("limited", words, resetIn(words));
  if (status === 529 || /overloaded|\b529\b/i.test(words)) return again("overloaded", words);
  if (status != null && status >= 400 && status < 500) return final("rejected", words);
  if (status != null) return again("failing", words);
  return /internal|\b5\d\d\b|api_error/i.test(words) ? again("failing", words) : again("broken-off", words);
}

/** A subscription's limit comes with the second in which it ends: "...limit reached|1764450000". */
function resetIn(words: string): number | null {
  const at = /\|(\d{10})\b/.exec(words)?.[1];
  return at === undefined ? null : Math.max(0, Number(at) * 1_000 - Date.now());
}
