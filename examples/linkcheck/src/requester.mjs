import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks the web through all wrappers, the lowest `order` first. `request(url)` answers `{ status, retryAfter, error }`:
 * status 0 when nobody answered, retryAfter in seconds or null.
 */
export function requester(wrappers, options, { fetch = globalThis.fetch, now = Date.now, ...given } = {}) {
  const tools = { fetch, now, sleep: (ms, more) => sleep(ms, undefined, more), ...given };
  const inner = { request: (url, signal) => ask(url, tools.fetch, signal), close: async () => {} };
  return [...wrappers]
    .sort((a, b) => b.order - a.order)
    .reduce((next, wrapper) => wrapper.wrap(next, options, tools), inner);
}

/** One request, as the innermost wrapper sees it. `signal` ends it. */
export async function ask(url, fetch, signal) {
  try {
    const response = await fetch(url, { method: "HEAD", redirect: "follow", signal });
    const after = Number(response.headers.get("retry-after") ?? Number.NaN);
    return { status: response.status, retryAfter: Number.isFinite(after) ? after : null, error: null };
  } catch (error) {
    return { status: 0, retryAfter: null, error: error.cause?.code ?? error.message };
  }
}
