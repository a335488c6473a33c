export const order = 10;

export const options = {
  retries: { type: "string", default: "3", help: "how often a page that is busy is asked again" },
};

const FIRST_WAIT_MS = 500;

/** Asks again when a server is busy or does not answer: after as long as it says, else twice as long each time. */
export function wrap(next, { retries }, { sleep }) {
  return {
    ...next,
    async request(url) {
      for (let tries = 0; ; tries += 1) {
        const answer = await next.request(url);
        if (!isBusy(answer) || tries >= Number(retries)) return answer;
        const { retryAfter } = answer;
        await sleep(typeof retryAfter === "number" ? retryAfter : FIRST_WAIT_MS * 2 ** tries);
      }
    },
  };
}

const isBusy = ({ status }) => status === 0 || status === 429 || status > 500;
