/** A real receiver of webhooks in the test's own process, and what it was sent. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebhookBody } from "@taskwerk/contract/webhook";

export interface Post {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly id: string;
  readonly body: WebhookBody;
}

export interface HookReceiver {
  readonly url: string;
  readonly posts: Post[];
  /** What is answered from now on. */
  readonly answer: (status: number) => void;
  /** Comes when there are so many posts; throws when they do not come. */
  readonly until: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const PATIENCE_MS = 60_000;

export async function openHookReceiver(): Promise<HookReceiver> {
  const posts: Post[] = [];
  const state = { status: 204 };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const { url = "", headers } = request;
      posts.push({ path: url, headers, text, id: String(headers["webhook-id"]), body: JSON.parse(text) });
      response.writeHead(state.status).end();
    });
    // Who is killed while he sends has sent nothing.
    request.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    answer: (status) => {
      state.status = status;
    },
    async until(count) {
      const since = performance.now();
      while (posts.length < count) {
        if (performance.now() - since > PATIENCE_MS) throw new Error(`${posts.length} of ${count} posts came`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
