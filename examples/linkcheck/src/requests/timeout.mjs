export const order = 90;

export const options = {
  timeout: { type: "string", default: "10", help: "seconds to wait for a page" },
};

/** Gives up on a page that does not answer. */
export function wrap(next, { timeout }, { sleep }) {
  return {
    ...next,
    async request(url) {
      const stop = new AbortController();
      const late = async () => {
        // Does not keep the program alive by itself.
        await sleep(Number(timeout) * 1000, { ref: false });
        stop.abort();
        return { status: 0, retryAfter: null, error: `no answer in ${timeout} s` };
      };
      return Promise.race([next.request(url, stop.signal), late()]);
    },
  };
}
