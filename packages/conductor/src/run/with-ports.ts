/** One attempt with what it has for itself: its places, and ports that its commands and its gates know of. */
import { portEnv } from "../model/ports.ts";
import { withEnv } from "../sandbox/with-env.ts";
import type { Claimed } from "../tasks/tasks.ts";
import { runAttempt } from "./attempt.ts";
import type { AttemptEnd } from "./attempt-end.ts";
import type { RunContext } from "./context.ts";
import type { Adopted } from "./work.ts";

/** Runs it to its end. The caller has taken the places that `needs` names, and gives them back. Throws PORT_IN_USE. */
export async function runWithPorts(
  context: RunContext,
  claimed: Claimed,
  { needs, adopted }: { readonly needs: readonly string[]; readonly adopted: Adopted | null },
): Promise<AttemptEnd> {
  const ports = await context.ports.take();
  try {
    const confinement = withEnv(context.confinement, portEnv(ports));
    return await runAttempt({ ...context, confinement, slots: context.pool.of(needs) }, claimed, adopted);
  } finally {
    await ports.free();
  }
}
