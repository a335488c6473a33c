import { isWerkError } from "@taskwerk/contract/errors";
import type { DecisionWord } from "../../journal/close-decision.ts";
import { settleDecision } from "../../journal/decisions.ts";
import type { Decision } from "../../model/decision.ts";
import { buildInbox } from "../../report/inbox.ts";
import { cardBody } from "../../report/inbox-text.ts";
import type { App } from "../app.ts";
import { differenceOf, diffLines } from "../difference.ts";
import { cardFactsOf } from "../facts.ts";
import { layoutOf } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";

const LOOK_EVERY = 300;
/** More of a difference than a person reads at a prompt. */
const DIFF_BYTES = 200_000;

export interface Asking {
  /** The card whose prompt is on the screen; null when none is. */
  standing(): string | null;
  /** Asks nothing more; a question that stands on the screen is left alone. */
  end(): void;
}

/**
 * Shows each card as it is asked and takes the answer at the terminal, one at a time. What is put off is in the inbox.
 * `catchUp` tells what has happened until now: it comes between one card and the next.
 */
export function askInPlace(app: App, session: () => string | null, catchUp: () => Promise<void>): Asking {
  const later = new Set<string>();
  const over = { ended: false };
  const prompt = { card: null as string | null };
  const loop = async (): Promise<void> => {
    while (!over.ended && !app.world.interrupted.aborted) {
      const open = session() === null ? undefined : await nextCard(app, session()!, later);
      if (open !== undefined) {
        prompt.card = open.id;
        await askOne(app, open, later).finally(() => {
          prompt.card = null;
        });
        await catchUp();
      } else await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  };
  void loop().catch((error: unknown) =>
    app.note(`questions are not asked here any more: ${error instanceof Error ? error.message : String(error)}`),
  );
  return {
    standing: () => prompt.card,
    end() {
      over.ended = true;
    },
  };
}

async function nextCard(app: App, session: string, later: ReadonlySet<string>): Promise<Decision | undefined> {
  const { decisions } = await (await app.journal()).state();
  return [...decisions.values()].find((one) => one.state === "open" && one.session === session && !later.has(one.id));
}

async function askOne(app: App, decision: Decision, later: Set<string>): Promise<void> {
  const state = await (await app.journal()).state();
  const facts = await cardFactsOf(app);
  const card = buildInbox(state, facts).cards.find(({ id }) => id === decision.id);
  if (card === undefined) return;
  app.output.line();
  for (const line of cardBody(card, facts.now, layoutOf(app.output))) app.output.line(line);
  const words = decision.kind === "question" ? "Your answer (empty: later): " : "[y]es, [n]o, [d]iff, [l]ater? ";
  const said = (await app.world.ask(`${decision.id}  ${words}`))?.trim() ?? "";
  if (decision.kind === "approval" && /^d(iff)?$/i.test(said)) {
    await showDiff(app, decision);
    return;
  }
  const word = await wordOf(app, decision, said);
  if (word === null) {
    later.add(decision.id);
    app.output.line(`${decision.id} waits in the inbox.`);
    return;
  }
  try {
    await settleDecision(await app.journal(), decision.id, word, app.actor);
  } catch (error) {
    if (!isWerkError(error)) throw error;
    app.note(error.message);
    const text = word.kind === "answer" ? word.text : word.kind === "reject" ? word.note : "";
    if (text !== "") app.note(`Not sent: ${text}   As a hint: conductor hint ${decision.task} "..."`);
  }
}

/** What was said, as a word on the card; null for later. */
async function wordOf(app: App, { kind }: Decision, said: string): Promise<DecisionWord | null> {
  if (kind === "question") return said === "" ? null : { kind: "answer", text: said };
  if (/^y(es)?$/i.test(said)) return { kind: "approve", note: null };
  if (!/^no?$/i.test(said)) return null;
  const note = (await app.world.ask("Why? The agent goes on with it: "))?.trim() ?? "";
  return note === "" ? null : { kind: "reject", note };
}

async function showDiff(app: App, { tree, base }: Decision): Promise<void> {
  if (tree === null || base === null) return;
  const shown = await differenceOf(await openUserRepository(app), base, tree, DIFF_BYTES);
  for (const line of diffLines(shown)) app.output.line(line);
}
