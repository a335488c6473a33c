/** Requests as bytes: what no client library would send. */
import { connect } from "node:net";

/** What a server sent back before it hung up. */
export interface RawAnswer {
  /** Of the first answer; 0: it hung up without one. */
  readonly status: number;
  /** How many answers there were. */
  readonly answers: number;
  readonly text: string;
}

const PATIENCE_MS = 60_000;

/** Sends bytes as they are, and everything that came back until the server hung up. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`nobody hung up on ${JSON.stringify(bytes.toString("latin1").slice(0, 300))}: ${text}`));
    }, PATIENCE_MS);
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    // A server that hangs up on half a request resets the connection: that is an answer, too.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, answers: text.split(/HTTP\/1\.1 \d{3} /).length - 1, text });
    });
  });
}

/** A request line, header lines and a body, with the connection to be closed after it. */
export function requestOf(line: string, headers: readonly string[], body = ""): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return `${[line, ...headers, ...length, "Connection: close"].join("\r\n")}\r\n\r\n${body}`;
}
