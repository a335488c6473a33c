import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

export const order = 0;

export const options = {
  cache: { type: "string", default: ".linkcheck-cache.json", help: "where answers are kept for a day" },
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Does not ask a page again that answered well within a day. */
export function wrap(next, { cache }, { now, cwd }) {
  const path = resolve(cwd, cache);
  const seen = stillGood(path, now());
  let changed = false;
  return {
    async request(url) {
      if (seen.has(url)) return { status: 200, retryAfter: null, error: null };
      const answer = await next.request(url);
      if (answer.status >= 200 && answer.status < 400) {
        seen.set(url, now());
        changed = true;
      }
      return answer;
    },
    async close() {
      await next.close();
      if (changed) writeFileSync(path, `${JSON.stringify(Object.fromEntries(seen), null, 2)}\n`);
    },
  };
}

function stillGood(path, now) {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(path, "utf8")));
    return new Map(entries.filter(([, at]) => typeof at === "number" && at <= now && now - at < DAY_MS));
  } catch {
    return new Map();
  }
}
