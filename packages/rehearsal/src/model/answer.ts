/** A turn as the message that the API would send, whole or as a stream. */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Block, ModelRequest } from "./request.ts";
import type { Turn, TurnContext } from "./script.ts";
import { type ApiUsage, outputTokensOf } from "./usage.ts";

/** A new id such as `msg_3f…`. */
export const newId = (prefix: string): string => prefix + randomBytes(12).toString("hex");

export interface Answer {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly Block[];
  readonly stop_reason: string;
  readonly stop_sequence: null;
  readonly usage: ApiUsage;
}

/** Puts values in for `{{name}}`, everywhere in a turn; names that are unknown stay as they are. */
export function fillTurn(turn: Turn, { key, n, captures }: TurnContext, request: ModelRequest): Turn {
  const values: Readonly<Record<string, string>> = {
    key,
    n: String(n),
    lastToolResult: request.results.at(-1)?.text ?? "",
    ...captures,
  };
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") return part.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
    if (Array.isArray(part)) return part.map(fill);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, fill(value)]));
  };
  return fill(turn) as Turn;
}

/** The message of a turn. */
export function answerOf(turn: Turn, request: ModelRequest, input: Omit<ApiUsage, "output_tokens">): Answer {
  const content = contentOf(turn, request);
  return {
    id: newId("msg_"),
    type: "message",
    role: "assistant",
    model: request.model,
    content,
    stop_reason: turn.stopReason ?? (content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn"),
    stop_sequence: null,
    usage: { ...input, output_tokens: outputTokensOf(content), ...turn.usage },
  };
}

function contentOf(turn: Turn, { answerTool }: ModelRequest): readonly Block[] {
  const byTool = turn.json !== undefined && answerTool !== null;
  const text = turn.json === undefined || byTool ? turn.text : JSON.stringify(turn.json);
  const calls = [
    ...(turn.tool === undefined ? [] : [turn.tool]),
    ...(turn.tools ?? []),
    ...(byTool ? [{ name: answerTool, input: turn.json as Readonly<Record<string, unknown>> }] : []),
  ];
  const content = [
    ...(turn.thinking === undefined ? [] : [{ type: "thinking", thinking: turn.thinking, signature: "scripted" }]),
    ...(text === undefined ? [] : [{ type: "text", text }]),
    ...calls.map(({ name, input }) => ({ type: "tool_use", id: newId("toolu_"), name, input: input ?? {} })),
  ];
  return content.length === 0 ? [{ type: "text", text: "OK" }] : content;
}

/** How a stream came to its end, and what of the answer had been sent by then. */
export interface Sent {
  readonly whole: boolean;
  readonly usage: ApiUsage;
}

const PIECE = /[\s\S]{1,80}/g;

/** Sends an answer as server-sent events; a turn with `streamError`, `cut` or `hang: "mid"` breaks after the first piece. */
export async function streamAnswer(response: ServerResponse, answer: Answer, turn: Turn): Promise<Sent> {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "request-id": newId("req_"),
  });
  const event = async (type: string, data: object): Promise<void> => {
    if (turn.chunkMs !== undefined) await sleep(turn.chunkMs);
    if (!response.destroyed) response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  const usage = { ...answer.usage, output_tokens: 1 };
  await event("message_start", { message: { ...answer, content: [], stop_reason: null, usage } });
  await event("ping", {});
  const broken = turn.streamError !== undefined || turn.cut === true || turn.hang === "mid";
  let sent = 0;
  for (const [index, block] of answer.content.entries()) {
    const { start, deltas } = piecesOf(block);
    await event("content_block_start", { index, content_block: start });
    for (const delta of deltas) {
      await event("content_block_delta", { index, delta });
      sent += lettersOf(delta);
      if (broken) break;
    }
    if (broken || response.destroyed) break;
    await event("content_block_stop", { index });
  }
  const part: Sent = { whole: false, usage: { ...answer.usage, output_tokens: Math.max(1, Math.ceil(sent / 4)) } };
  if (turn.streamError !== undefined) {
    await event("error", { error: { type: turn.streamError, message: turn.message ?? turn.streamError } });
    response.end();
    return part;
  }
  if (turn.cut === true) {
    // What was written must have left before the connection breaks.
    await sleep(20);
    response.destroy();
    return part;
  }
  if (turn.hang === "mid" || response.destroyed) return part;
  await event("message_delta", {
    delta: { stop_reason: answer.stop_reason, stop_sequence: null },
    usage: answer.usage,
  });
  await event("message_stop", {});
  response.end();
  return { whole: true, usage: answer.usage };
}

/** What a piece adds to the answer. */
const lettersOf = (delta: Readonly<Record<string, unknown>>): number =>
  String(delta.text ?? delta.partial_json ?? delta.thinking ?? "").length;

function piecesOf(block: Block): {
  readonly start: object;
  readonly deltas: readonly Readonly<Record<string, unknown>>[];
} {
  const cut = (text: string): readonly string[] => text.match(PIECE) ?? [""];
  if (block.type === "tool_use") {
    const deltas = cut(JSON.stringify(block.input)).map((partial_json) => ({ type: "input_json_delta", partial_json }));
    return { start: { ...block, input: {} }, deltas };
  }
  if (block.type === "thinking") {
    const deltas = cut(block.thinking ?? "").map((thinking) => ({ type: "thinking_delta", thinking }));
    const start = { type: "thinking", thinking: "", signature: "" };
    return { start, deltas: [...deltas, { type: "signature_delta", signature: "scripted" }] };
  }
  return {
    start: { type: "text", text: "" },
    deltas: cut(block.text ?? "").map((text) => ({ type: "text_delta", text })),
  };
}
