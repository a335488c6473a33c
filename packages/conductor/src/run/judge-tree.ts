/** Has a tree judged by the gates, in a fresh checkout of exactly that tree. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { applies, runGates } from "../gates/run-gates.ts";
import type { Gate, Receipt } from "../model/gate.ts";
import type { RunContext } from "./context.ts";

export interface JudgeWish {
  readonly tree: string;
  readonly phase: Receipt["phase"];
  /** Paths that differ from the base: which gates concern it. */
  readonly changed: readonly string[];
  readonly attempt: string | null;
  readonly signal: AbortSignal;
}

export interface Judged {
  /** The gates that had a say. */
  readonly gates: readonly Gate[];
  readonly receipts: readonly Receipt[];
}

/** Waits for its turn (one gate run at a time), runs what applies, writes each receipt into the journal as it is made. */
export function judgeTree(context: RunContext, wish: JudgeWish): Promise<Judged> {
  return context.gateQueue.add(async () => {
    const gates = context.gates.filter((gate) => applies(gate, wish.phase, wish.changed));
    const known = context.journal.state().receipts.filter((receipt) => receipt.tree === wish.tree);
    const top = await mkdtemp(join(await ensure(context, "checkouts"), "tree-"));
    const checkout = join(top, "tree");
    const reports = join(top, "reports");
    await mkdir(checkout, { mode: 0o700 });
    await mkdir(reports, { mode: 0o700 });
    try {
      await context.repository.checkout(wish.tree, checkout);
      const receipts = await runGates(gates, {
        confinement: context.confinement,
        checkout,
        reports,
        binds: [],
        env: { CI: "true" },
        marker: wish.attempt ?? context.session.id,
        signal: wish.signal,
        tree: wish.tree,
        phase: wish.phase,
        gateFiles: context.gateFiles,
        logs: join(context.stateDir, "logs"),
        secrets: context.secrets,
        newId: context.newId,
        now: context.now,
        changed: wish.changed,
        known,
        stopAtFirst: false,
        onReceipt: async (receipt) => {
          await context.journal.append([
            { type: "gate.judged", attempt: wish.attempt, session: context.session.id, receipt },
          ]);
          context.failpoint("after-gate");
        },
      });
      return { gates, receipts };
    } finally {
      await rm(top, { recursive: true, force: true });
    }
  });
}

async function ensure({ stateDir }: RunContext, name: string): Promise<string> {
  const dir = join(stateDir, name);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}
