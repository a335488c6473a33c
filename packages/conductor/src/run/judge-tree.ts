/** Has a tree judged by the gates, in a fresh checkout of exactly that tree. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GateSurroundings } from "../gates/measure.ts";
import { allKnown, applies, runGates } from "../gates/run-gates.ts";
import { removeAll } from "../git/remove-all.ts";
import type { Confinement } from "../model/command.ts";
import type { Gate, Receipt } from "../model/gate.ts";
import type { Provisions } from "../model/provisions.ts";
import type { Repository } from "../model/repository.ts";
import { attemptMark } from "./attempt-mark.ts";
import { makeCheckoutDir } from "./checkouts.ts";
import { type MayRun, refuseDenied } from "./command-rules.ts";
import type { RunContext } from "./context.ts";
import type { GateSet } from "./gate-set.ts";

/** What judging needs, also before there is a session. */
export interface Court {
  readonly repository: Repository;
  readonly confinement: Confinement;
  readonly stateDir: string;
  readonly secrets: readonly string[];
  readonly provisions: Provisions;
  readonly newId: () => string;
  readonly now: () => Date;
}

export interface JudgeWish {
  readonly tree: string;
  /** Whose gates judge. */
  readonly set: GateSet;
  readonly phase: Receipt["phase"];
  /** Paths that differ from the base: which gates concern it. */
  readonly changed: readonly string[];
  /** Numbers of the lines that it adds to the base, by path. */
  readonly changedLines?: ReadonlyMap<string, ReadonlySet<number>>;
  /** Marks the processes. */
  readonly marker: string;
  readonly signal: AbortSignal;
  readonly mayRun: MayRun;
  readonly known: readonly Receipt[];
  readonly onReceipt: (receipt: Receipt) => Promise<void>;
}

export interface Judged {
  /** The gates that had a say. */
  readonly gates: readonly Gate[];
  readonly receipts: readonly Receipt[];
}

/**
 * Runs what applies, one gate after the other. The checkouts are gone afterwards; logs and receipts stay. Throws as `mayRun` does, before any is run.
 */
export async function judgeTree(court: Court, wish: JudgeWish): Promise<Judged> {
  const { gates, gateFiles, changed } = wish.set;
  const judges = gates.filter((gate) => applies(gate, wish.phase, wish.changed));
  const said = wish.signal.aborted ? null : allKnown(gates, { ...wish, gateFiles });
  if (said !== null) return { gates: judges, receipts: said };
  await wish.mayRun(judges.map(({ run }) => run));
  const tops: string[] = [];
  const checkOut = async (): Promise<GateSurroundings> => {
    const top = await makeCheckoutDir(court.stateDir);
    tops.push(top);
    const [checkout, reports] = [join(top, "tree"), join(top, "reports")];
    await mkdir(checkout, { mode: 0o700 });
    await mkdir(reports, { mode: 0o700 });
    await court.repository.checkout(wish.tree, checkout);
    await court.provisions.provide(wish.tree, checkout, wish.signal);
    return {
      confinement: court.confinement,
      checkout,
      reports,
      binds: [],
      env: { CI: "true" },
      marker: wish.marker,
      signal: wish.signal,
    };
  };
  try {
    const receipts = await runGates(gates, {
      ...wish,
      ...(await checkOut()),
      again: checkOut,
      gateFiles,
      gateFilesChanged: changed,
      logs: join(court.stateDir, "logs"),
      secrets: court.secrets,
      newId: court.newId,
      now: court.now,
    });
    return { gates: judges, receipts };
  } finally {
    for (const top of tops) await removeAll(top);
  }
}

/** The same for an attempt: waits for its turn, reuses what the journal knows, and writes each receipt down as it is made. */
export function judgeAttempt(
  context: RunContext,
  wish: Pick<JudgeWish, "tree" | "set" | "phase" | "changed" | "changedLines" | "signal"> & {
    readonly attempt: string;
  },
): Promise<Judged> {
  return context.gateQueue.add(async () => {
    const { journal, session } = context;
    const known = [...(await journal.state()).receipts.values()].filter((receipt) => receipt.tree === wish.tree);
    const judged = await judgeTree(context, {
      ...wish,
      marker: attemptMark(context, wish.attempt),
      mayRun: refuseDenied(context.settings.policy),
      known,
      onReceipt: async (receipt) => {
        await journal.append([{ type: "gate.judged", attempt: wish.attempt, session: session.id, receipt }]);
        context.failpoint("after-gate");
      },
    });
    const reused = judged.receipts.filter((receipt) => known.some(({ id }) => id === receipt.id));
    if (reused.length > 0)
      await journal.append(
        reused.map((receipt) => ({ type: "gate.judged", attempt: wish.attempt, session: session.id, receipt })),
      );
    return judged;
  });
}

/** A tree that is only tried: waits for its turn, and nothing is written down. */
export function tryTree(
  context: RunContext,
  wish: Pick<JudgeWish, "tree" | "set" | "phase" | "changed" | "signal"> & { readonly attempt: string },
): Promise<Judged> {
  return context.gateQueue.add(() =>
    judgeTree(context, {
      ...wish,
      marker: attemptMark(context, wish.attempt),
      mayRun: refuseDenied(context.settings.policy),
      known: [],
      onReceipt: async () => undefined,
    }),
  );
}
