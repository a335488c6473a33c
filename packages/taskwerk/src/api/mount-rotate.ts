import { WerkError } from "@taskwerk/contract/errors";
import { ROTATE } from "@taskwerk/contract/scopes";
import type { Hono } from "hono";
import { told } from "./answer.ts";
import { limitBody } from "./limit-body.ts";
import type { ApiEnv } from "./read-caller.ts";

/** Mounts what gives the server a new owner's token. The answer does not have it, `api.json` does. */
export function mountRotate(app: Hono<ApiEnv>, rotate: () => Promise<unknown>): void {
  app.on(ROTATE.method, [ROTATE.path], limitBody(1), async (c) => {
    if (c.req.url.includes("?") || !/^\s*(?:\{\s*\}\s*)?$/.test(await c.req.text())) {
      throw new WerkError("VALIDATION_FAILED", "a new token is not told anything.", {
        hint: "Send no body, or  {}",
        field: "body",
      });
    }
    return told("api.rotate", await rotate());
  });
}
