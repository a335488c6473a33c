export const order = 20;

export const options = {
  "per-host": { type: "string", default: "4", help: "requests at once to one host" },
};

/** At most so many requests at once to one host; the others wait in line, those to other hosts do not. */
export function wrap(next, options) {
  const most = Math.max(1, Number(options["per-host"]) || 1);
  const hosts = new Map();

  const enter = async (host) => {
    const line = hosts.get(host) ?? { open: 0, waiting: [] };
    hosts.set(host, line);
    if (line.open >= most) await new Promise((go) => line.waiting.push(go));
    else line.open += 1;
    return () => {
      const first = line.waiting.shift();
      // Its place goes to who waits longest.
      if (first === undefined) line.open -= 1;
      else first();
    };
  };

  return {
    ...next,
    async request(url) {
      const leave = await enter(new URL(url).host);
      try {
        return await next.request(url);
      } finally {
        leave();
      }
    },
  };
}
