/** For tests: a Messages API on loopback that answers as a script says. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What was asked. */
export interface Asked {
  readonly model: string;
  readonly authorization: string | null;
  readonly system: readonly { readonly text: string; readonly cache_control?: unknown }[];
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly output_config: { readonly format: { readonly type: string; readonly schema: unknown } };
}

/** One answer. */
export interface Turn {
  /** The text of the answer; anything but a string goes as JSON. */
  readonly answer?: unknown;
  readonly stop?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** After some of the text: says nothing more, cuts the connection, or sends an error of this type. */
  readonly broken?: "hang" | "cut" | { readonly error: string };
  /** A page instead of a model. */
  readonly html?: boolean;
}

export interface ScriptedModel {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const body = JSON.parse(await text(request)) as Omit<Asked, "authorization">;
  return { ...body, authorization: request.headers.authorization ?? null };
}

/** Starts it on a free port. `script` is asked for each call; `n` counts from 1. */
export async function startScriptedModel(script: (asked: Asked, n: number) => Turn): Promise<ScriptedModel> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const question = await askedOf(request);
    asked.push(question);
    const turn = script(question, asked.length);
    if (turn.html) {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in</html>");
      return;
    }
    if (turn.status !== undefined) {
      const error = {
        type: "error",
        error: { type: turn.status === 429 ? "rate_limit_error" : "api_error", message: "scripted" },
      };
      response
        .writeHead(turn.status, { "content-type": "application/json", ...turn.headers })
        .end(JSON.stringify(error));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (type: string, data: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const usage = {
      input_tokens: 100,
      output_tokens: 1,
      cache_read_input_tokens: asked.length > 1 ? 1_000 : 0,
      cache_creation_input_tokens: asked.length > 1 ? 0 : 1_000,
    };
    send("message_start", {
      message: {
        id: "m",
        type: "message",
        role: "assistant",
        model: question.model,
        content: [],
        stop_reason: null,
        usage,
      },
    });
    send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    const answer = typeof turn.answer === "string" ? turn.answer : JSON.stringify(turn.answer ?? {});
    const half = answer.length >> 1;
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text: answer.slice(0, half) } });
    if (turn.broken === "hang") return;
    if (turn.broken === "cut") {
      setTimeout(() => response.destroy(), 20);
      return;
    }
    if (turn.broken !== undefined) {
      send("error", { error: { type: turn.broken.error, message: "scripted" } });
      response.end();
      return;
    }
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text: answer.slice(half) } });
    send("content_block_stop", { index: 0 });
    send("message_delta", {
      delta: { stop_reason: turn.stop ?? "end_turn", stop_sequence: null },
      usage: { output_tokens: 50 },
    });
    send("message_stop", {});
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
