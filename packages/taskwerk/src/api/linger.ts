import type { IncomingMessage, ServerResponse } from "node:http";

/** How much of a body that nobody wants is taken from its sender, bytes, before he is hung up on. */
const MOST_BYTES = 256_000_000;
/** And how long it is waited for the next piece of it. */
const SILENCE_MS = 2_000;

/**
 * Lets whoever is still sending his body have his answer. A connection that is closed over bytes which nobody has read
 * is reset, and a reset takes the answer with it, where the sender has not looked yet. So the answer goes out whole at
 * once, and is ended when the rest of the body has come; none of it is kept. Who is silent for two seconds, sends more
 * than 256 MB or takes longer than `ms` is hung up on. `begin` is told when only that is left to be done.
 */
export function lingerOver(request: IncomingMessage, response: ServerResponse, ms: number, begin: () => void): void {
  if (request.complete) return;
  const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
  response.end = ((chunk?: unknown) => {
    if (request.complete || request.destroyed) return end(chunk);
    response.end = end as ServerResponse["end"];
    if (chunk === undefined || chunk === "") response.flushHeaders();
    else response.write(chunk);
    begin();
    discard(request, ms).then(end, () => response.destroy());
    return response;
  }) as ServerResponse["end"];
}

/** Takes what is still coming and keeps none of it. Rejects when that is too much or takes too long, or it breaks off. */
function discard(request: IncomingMessage, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const taken = { bytes: 0 };
    const settle = (how: () => void) => (): void => {
      clearTimeout(whole);
      clearTimeout(silence);
      how();
    };
    const fail = settle(() => reject(new Error("the body did not end")));
    const whole = setTimeout(fail, ms);
    const silence = setTimeout(fail, SILENCE_MS);
    // Whoever was reading it reads no more: he would keep it, and stop it when he has enough.
    request.removeAllListeners("data");
    request.on("data", (chunk: Buffer) => {
      taken.bytes += chunk.length;
      if (taken.bytes > MOST_BYTES) fail();
      else silence.refresh();
    });
    request.once("end", settle(resolve));
    for (const event of ["error", "close"] as const) request.once(event, fail);
    request.resume();
  });
}
