import { request } from "node:http";
import type { ApiFile } from "@taskwerk/contract/api-file";
import type { Envelope } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import { ROTATE } from "@taskwerk/contract/scopes";

const HEALTH_MS = 3_000;
const ROTATE_MS = 10_000;

/** True when the server answers its health check in time. */
export const answersHealth = (url: string): Promise<boolean> =>
  ask(new URL("/healthz", url), "GET", {}, HEALTH_MS).then(
    ({ status }) => status === 200,
    () => false,
  );

/** Has a running server take a new owner's token. Throws what it answers, TASKWERK_UNREACHABLE when it does not. */
export async function askRotate({ url, token }: ApiFile): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const { text } = await ask(new URL(ROTATE.path, url), ROTATE.method, headers, ROTATE_MS).catch((cause: unknown) => {
    throw new WerkError("TASKWERK_UNREACHABLE", `no answer from the server at ${url}`, {
      cause,
      hint: "What is it doing?  taskwerk api status",
    });
  });
  const envelope = JSON.parse(text) as Envelope<unknown>;
  if (envelope.ok) return;
  const { code, message, hint, details } = envelope.error;
  throw new WerkError(code, message, { ...(hint ? { hint } : {}), details });
}

function ask(
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  ms: number,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    // Of an answer that leaves HTTP (101) nothing else is told.
    const ended = (): void => reject(new Error("it gave no answer that is one of HTTP"));
    const asked = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(ms) }, (answer) => {
      asked.off("close", ended);
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.once("error", reject);
    });
    asked.once("error", reject);
    asked.once("close", ended);
    asked.end();
  });
}
