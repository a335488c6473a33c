/** A scripted model as a process of its own. */
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { readModelScript } from "./model/read-script.ts";
import { startModelServer } from "./model-server.ts";

export interface ServeOptions {
  /** The script as JSON text. */
  readonly script: string;
  readonly port: number;
  /** Gets one line: {"url":"http://127.0.0.1:PORT"}. */
  readonly out: Writable;
  /** The server lives until this ends. */
  readonly until: Readable;
}

/** Serves a script until the input ends. Throws CONFIG_INVALID when it is no script, and what listening throws. */
export async function serve({ script, port, out, until }: ServeOptions): Promise<void> {
  const server = await startModelServer(readModelScript(script), { port });
  out.write(`${JSON.stringify({ url: server.url })}\n`);
  until.resume();
  await once(until, "close");
  await server.close();
}
