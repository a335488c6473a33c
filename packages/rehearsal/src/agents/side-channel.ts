/** How an agent that is a plain program speaks with conductor: one JSON object a line over a unix socket. */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** Fields of a request beside its `id`. */
export interface Asked {
  readonly op: string;
  readonly [field: string]: unknown;
}

export interface SideChannel {
  /** Resolves with the answer's `result`; rejects when it was refused, or the connection ended first. */
  ask(request: Asked): Promise<unknown>;
  close(): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Connects. Rejects when nobody listens there. `onNudge` is called with what conductor says unasked. */
export async function openSideChannel(path: string, onNudge: (text: string) => void): Promise<SideChannel> {
  const socket = await connected(path);
  const waiting = new Map<number, Waiting>();
  let next = 1;
  createInterface({ input: socket }).on("line", (line) => {
    const message = parsed(line);
    if (typeof message?.nudge === "string") onNudge(message.nudge);
    const asked = waiting.get(Number(message?.id));
    if (message === null || asked === undefined) return;
    waiting.delete(Number(message.id));
    if (message.ok === true) asked.resolve(message.result);
    else asked.reject(new Error(`refused: ${JSON.stringify(message.error ?? message)}`));
  });
  socket.once("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("conductor closed the connection"));
    waiting.clear();
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("conductor closed the connection"));
        const id = next;
        next += 1;
        waiting.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ id, ...request })}\n`);
      }),
    close: () => socket.end(),
  };
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
