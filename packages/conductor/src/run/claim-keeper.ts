/** Keeps a task's claim alive while it is worked on, and gives it up while it waits for people. */

import type { ClaimGrant } from "@taskwerk/contract/claim";
import type { Status } from "@taskwerk/contract/status";
import type { MoveOptions, Tasks } from "../tasks/tasks.ts";

export interface ClaimKeeper {
  /** Aborted when the claim was lost to somebody else: nothing more may be written for this task. */
  readonly lost: AbortSignal;
  /** The token of the claim that is held now. */
  readonly grant: ClaimGrant;
  /** False while the task waits for people, and when somebody else had it afterwards. */
  readonly held: boolean;
  /** Moves the task's status as the holder of the claim; the same status twice is no change. */
  move(to: Status, options?: Omit<MoveOptions, "claim">): Promise<void>;
  /** Shows the task as blocked with a reason, and lets go of it. */
  suspend(reason: string): Promise<void>;
  /** Takes it again after a suspension. False when somebody else has it. */
  regain(): Promise<boolean>;
  /** Stops the heartbeats; the claim itself is left as it is. */
  end(): void;
}

export interface KeepOptions {
  readonly tasks: Tasks;
  readonly task: string;
  readonly attempt: string;
  readonly as: string;
  readonly leaseSeconds: number;
  readonly grant: ClaimGrant;
  /** Told of each claim that was taken again. */
  readonly onRegain: (grant: ClaimGrant) => Promise<void>;
}

/** Begins the heartbeats of a claim that was just taken. */
export function keepClaim({
  tasks,
  task,
  attempt,
  as,
  leaseSeconds,
  grant: first,
  onRegain,
}: KeepOptions): ClaimKeeper {
  const lost = new AbortController();
  let grant = first;
  let held = true;
  const writes = { count: 0 };
  const key = (what: string): string => {
    writes.count += 1;
    return `${attempt}:${what}:${writes.count}:${grant.fence}`;
  };
  const timer = setInterval(
    () => {
      if (!held) return;
      const { token } = grant;
      tasks.heartbeat(token, leaseSeconds).then(
        (alive) => {
          // An answer about a claim that was given up meanwhile says nothing about the one that is held now.
          if (!alive && held && token === grant.token) lost.abort();
        },
        // The server is away; the next beat asks again, and the lease decides.
        () => undefined,
      );
    },
    Math.max(1000, (leaseSeconds * 1000) / 3),
  );
  timer.unref();

  return {
    lost: lost.signal,
    get grant() {
      return grant;
    },
    get held() {
      return held;
    },
    async move(to, options = {}) {
      await tasks.move(task, to, { ...options, ...(held ? { claim: grant.token } : {}) }, key(`move-${to}`));
    },
    async suspend(reason) {
      await tasks.move(task, "blocked", { reason, claim: grant.token }, key("suspend"));
      held = false;
      await tasks.release(grant.token, reason, key("release"));
    },
    async regain() {
      // A person may have cancelled it, or done it, while it waited.
      if (!(await tasks.unblock(task, {}, key("unblock")))) return false;
      const claimed = await tasks.claim(task, as, leaseSeconds, key("regain"));
      if (claimed === null) return false;
      grant = claimed.grant;
      held = true;
      await onRegain(grant);
      return true;
    },
    end: () => clearInterval(timer),
  };
}
