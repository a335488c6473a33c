/** Begins one task: with ports of its own, which its commands and its gates know of, with its claim, and with its story. */
import type { Task } from "@taskwerk/contract/task";
import { type PortBlock, portEnv } from "../model/ports.ts";
import { withEnv } from "../sandbox/with-env.ts";
import type { Claimed } from "../tasks/tasks.ts";
import { runAttempt } from "./attempt.ts";
import type { AttemptEnd } from "./attempt-end.ts";
import { unlessGone } from "./claim-gone.ts";
import { claimerOf, type RunContext } from "./context.ts";
import type { Slots } from "./slots.ts";
import type { Adopted } from "./work.ts";

interface Held {
  /** The places that were taken for it. */
  readonly slots: Slots;
  readonly adopted: Adopted | null;
  /** Aborted when a person puts it aside. */
  readonly aside: AbortSignal;
}

/**
 * Claims it and begins its story; `done` is the story's end, and gives its places back. Null when somebody else was quicker.
 * Throws PORT_IN_USE, before anything is claimed; then, and for null, the places are still the caller's.
 */
export async function startTask(
  context: RunContext,
  task: Task,
  held: Held,
): Promise<{ readonly done: Promise<AttemptEnd> } | null> {
  const { tasks, session, settings, newId } = context;
  const ports = await context.ports.take();
  const key = `${session.id}:${task.id}:${newId()}:claim`;
  const claimed = await tasks
    .claim(task.id, claimerOf(context, session.id), settings.leaseSeconds, key)
    .catch(async (error: unknown) => {
      await ports.free();
      throw error;
    });
  if (claimed !== null) return { done: tell(context, claimed, { ...held, ports }) };
  await ports.free();
  return null;
}

async function tell(
  context: RunContext,
  claimed: Claimed,
  { slots, adopted, aside, ports }: Held & { readonly ports: PortBlock },
): Promise<AttemptEnd> {
  try {
    const confinement = withEnv(context.confinement, portEnv(ports));
    return await runAttempt({ ...context, confinement, slots, aside }, claimed, adopted);
  } catch (error) {
    await letGo(context, claimed).catch(context.onDefect);
    throw error;
  } finally {
    slots.give();
    await ports.free();
  }
}

/** Nobody works on it any more: who looks at taskwerk must not think so until the claim runs out. */
async function letGo({ tasks, newId }: RunContext, { task, grant }: Claimed): Promise<void> {
  await unlessGone(() => tasks.release(grant.token, "conductor could not go on", `${task.id}:${newId()}:let-go`));
}
