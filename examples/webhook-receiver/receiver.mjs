#!/usr/bin/env node
/**
 * A receiver of taskwerk's webhooks, with nothing but Node: it believes no message that is not signed with a secret it knows,
 * is too old, or has come before. Each new one is a line on stdout.
 *
 *   WEBHOOK_SECRET=whsec_... PORT=8080 node receiver.mjs
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

/** So old, or so far ahead, a message may be: an older one is somebody's copy. */
const TOLERANCE_S = 300;
/** taskwerk sends less than 20 kB. */
const MOST_BYTES = 64 * 1024;
/** Ids that are remembered, so that what is sent twice counts once. A real receiver keeps them in its database. */
const MOST_SEEN = 10_000;

/**
 * True when one of the signatures is made with one of the secrets over exactly this body, now (https://www.standardwebhooks.com).
 * `headers` have names in lower case, as Node gives them.
 */
export function isGenuine(headers, body, secrets, nowMs = Date.now()) {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (id === "" || !/^\d+$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const signatures = (headers["webhook-signature"] ?? "")
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice(3), "base64"));
  return secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
    return signatures.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
  });
}

/** A server that calls `onEvent` once with every genuine event. */
export function makeReceiver(secrets, onEvent) {
  const seen = new Set();
  return createServer((request, response) => {
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
      size += chunk.length;
      if (size > MOST_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      if (request.method !== "POST") return response.writeHead(405).end();
      if (!isGenuine(request.headers, body, secrets)) return response.writeHead(401).end();
      const id = request.headers["webhook-id"];
      if (!seen.has(id)) {
        seen.add(id);
        if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value);
        onEvent(JSON.parse(body), id);
      }
      // Any 2xx is a success. What takes long is done after the answer: taskwerk waits for 20 s.
      return response.writeHead(204).end();
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const secrets = (process.env.WEBHOOK_SECRET ?? "").split(/\s+/).filter(Boolean);
  if (secrets.length === 0) {
    console.error("WEBHOOK_SECRET is not set. taskwerk webhook add shows a secret.");
    process.exit(2);
  }
  const server = makeReceiver(secrets, ({ type, subject, seq, task }) => {
    console.log(`${seq} ${type} ${subject} ${JSON.stringify(task?.title ?? "")}`);
  });
  const port = Number(process.env.PORT ?? 8080);
  server.on("error", (error) => {
    console.error(`cannot listen on port ${port}: ${error.message}. Another one:  PORT=8081 node receiver.mjs`);
    process.exitCode = 1;
  });
  server.listen(port, "127.0.0.1", () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  });
}
