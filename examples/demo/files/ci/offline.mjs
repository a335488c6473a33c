export const order = -10;

export const options = {
  offline: { type: "boolean", help: "look at links to files only" },
};

/** With --offline every page counts as good, and none is asked. */
export function wrap(next, { offline }) {
  if (!offline) return next;
  return { ...next, request: async () => ({ status: 200, retryAfter: null, error: null }) };
}
