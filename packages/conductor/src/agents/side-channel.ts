/** The socket between conductor and one agent process: requests in, one reply each, and nudges out. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { WerkError } from "@taskwerk/contract/errors";
import { readSideMessage, type SideMessage } from "./side-message.ts";

export interface SideChannel {
  /** The directory to bind, and the socket in it. */
  readonly dir: string;
  readonly path: string;
  /** Sends `{"nudge": text}` now, or at the agent's next connection; false when it has never connected. */
  nudge(text: string): boolean;
  close(): Promise<void>;
}

/** Bounds on what one agent may send. */
export const CHANNEL_LIMITS = { lineBytes: 512 * 1024, messages: 20_000, connections: 8 } as const;

/** sun_path is 108 bytes on Linux and 104 on macOS. */
const MAX_SOCKET_PATH = 100;

/**
 * Makes a directory (mode 0700) whose path begins with `prefix` and listens in it. `answer` gets each valid request and returns the
 * result; what it throws becomes the error of the reply. Broken lines are answered and never reach it. `onLine` hears every raw line.
 * Throws AGENT_UNAVAILABLE when the path would be too long for a socket.
 */
export async function openSideChannel(
  prefix: string,
  answer: (message: SideMessage) => Promise<unknown>,
  onLine: (line: string) => void,
): Promise<SideChannel> {
  const dir = await mkdtemp(prefix);
  const path = join(dir, "s");
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    await rm(dir, { recursive: true, force: true });
    throw new WerkError("AGENT_UNAVAILABLE", `The path of the agent's socket is too long: ${path}`, {
      hint: "Set TMPDIR to a shorter path, such as /tmp, and run it again.",
    });
  }
  await chmod(dir, 0o700);
  const sockets = new Set<Socket>();
  const nudges: string[] = [];
  let connected = false;
  let messages = 0;

  const server = createServer((socket) => {
    if (sockets.size >= CHANNEL_LIMITS.connections) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    connected = true;
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const send = (value: unknown): void => {
      if (!socket.destroyed && socket.writable) socket.write(`${JSON.stringify(value)}\n`);
    };
    for (const text of nudges.splice(0)) send({ nudge: text });
    readLines(socket, (line) => {
      messages += 1;
      if (line === null || messages > CHANNEL_LIMITS.messages) {
        const error = line === null ? `a line is longer than ${CHANNEL_LIMITS.lineBytes} bytes` : "too many messages";
        send({ id: null, ok: false, error });
        socket.end();
        return;
      }
      if (line.trim() === "") return;
      onLine(line);
      const read = readSideMessage(line);
      if (!read.ok) {
        send({ id: read.id, ok: false, error: read.error });
        return;
      }
      const { id } = read.message;
      answer(read.message).then(
        (result) => send({ id, ok: true, result }),
        (error: unknown) => send({ id, ok: false, error: error instanceof Error ? error.message : String(error) }),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    dir,
    path,
    nudge(text) {
      const open = [...sockets].filter((socket) => socket.writable);
      if (open.length === 0) {
        if (connected) nudges.push(text);
        return connected;
      }
      open.at(-1)!.write(`${JSON.stringify({ nudge: text })}\n`);
      return true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Calls `line` for each line, and with null, once and last, when one is too long. */
function readLines(socket: Socket, line: (text: string | null) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let broken = false;
  socket.on("data", (chunk: Buffer) => {
    if (broken) return;
    const parts = (rest + decoder.write(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      if (broken) return;
      broken = part.length > CHANNEL_LIMITS.lineBytes;
      line(broken ? null : part);
    }
    if (!broken && rest.length > CHANNEL_LIMITS.lineBytes) {
      broken = true;
      rest = "";
      line(null);
    }
  });
}
