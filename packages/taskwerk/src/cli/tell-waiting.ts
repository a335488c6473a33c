import type { World } from "./world.ts";

/** Says on a terminal what is read from it now: else nothing shows that anything is waited for. */
export function tellWaiting({ stdinIsTTY, stderr }: Pick<World, "stdinIsTTY" | "stderr">, what: string): void {
  if (stdinIsTTY) stderr.write(`Waiting for ${what}, typed here; Ctrl-D on an empty line ends it.\n`);
}
