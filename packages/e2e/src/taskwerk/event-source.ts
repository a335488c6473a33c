/** Reads server-sent events as a browser does: to the letter of the format, and with nothing of ours. */
import { get, type IncomingMessage } from "node:http";
import type { TaskEvent } from "@taskwerk/contract/event";

/** One frame of a stream. */
export interface Frame {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string | null;
  readonly retry: string | null;
  /** A line that says nothing but that somebody is there. */
  readonly comment: boolean;
}

/** A stream that was opened. */
export interface Source {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly frames: Frame[];
  /** The events so far. */
  readonly events: () => readonly TaskEvent[];
  /** The last id that came, as a client says it when it comes again. */
  readonly lastId: () => string | null;
  /** "clean" when the server ended it, "broken" when the connection broke off. */
  readonly ended: Promise<"clean" | "broken">;
  /** The body of an answer that is no stream. */
  readonly text: () => string;
  readonly close: () => void;
  readonly response: IncomingMessage;
}

/** Opens a stream of events. */
export function openSource(
  url: string,
  token: string,
  query = "",
  headers: Readonly<Record<string, string>> = {},
): Promise<Source> {
  return new Promise((resolve, reject) => {
    const wants = { accept: "text/event-stream", authorization: `Bearer ${token}`, ...headers };
    const asked = get(`${url}/v1/events${query}`, { headers: wants, agent: false }, (response) => {
      const frames: Frame[] = [];
      const state = { rest: "", text: "", complete: false };
      response.setEncoding("utf8").on("data", (chunk: string) => {
        state.text += chunk;
        const blocks = (state.rest + chunk).split("\n\n");
        state.rest = blocks.pop()!;
        for (const block of blocks) frames.push(frameOf(block));
      });
      const ended = new Promise<"clean" | "broken">((done) => {
        response.once("end", () => {
          state.complete = true;
        });
        response.on("error", () => undefined);
        response.once("close", () => done(state.complete ? "clean" : "broken"));
      });
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        frames,
        events: () => frames.flatMap(({ data }) => (data === null ? [] : (JSON.parse(data) as TaskEvent))),
        lastId: () => frames.findLast(({ id }) => id !== null)?.id ?? null,
        ended,
        text: () => state.text,
        close: () => asked.destroy(),
        response,
      });
    });
    asked.on("error", reject);
  });
}

function frameOf(block: string): Frame {
  const lines = block.split("\n");
  const field = (name: string): string | null => {
    const found = lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
    return found.length === 0 ? null : found.join("\n");
  };
  const comment = lines.every((line) => line.startsWith(":"));
  return { id: field("id"), event: field("event"), data: field("data"), retry: field("retry"), comment };
}
