import { existsSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { openUserRepository } from "../open-repository.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import { startOf } from "./make-demo-project.ts";

/** Throws USAGE when a branch of an earlier demo in this directory holds a commit that the demo did not make. */
export async function refuseLosing(app: App): Promise<void> {
  const start = await startOf(app.cwd);
  if (start === null || !existsSync(app.stateDir)) return;
  const repository = await openUserRepository(app);
  const made = [start, ...(await landedIn(app))];
  const head = await repository.resolve("HEAD");
  const branches = [
    ...(await repository.refs("refs/heads/")),
    ...(head === null ? [] : [{ name: "HEAD", commit: head }]),
  ];
  for (const { name, commit } of branches) {
    const own = await Promise.all(made.map((tip) => repository.isAncestor(commit, tip)));
    if (own.some((one) => one)) continue;
    throw new WerkError(
      "USAGE",
      `${app.cwd} holds commits that the demo did not make (${name.replace("refs/heads/", "")}), and a new demo would replace it`,
      { hint: "Somewhere else:  conductor demo another-dir", field: "dir", given: app.cwd },
    );
  }
}

/** What the journal says has landed there or was about to. */
async function landedIn(app: App): Promise<readonly string[]> {
  if (!hasJournalAt(app.cwd)) return [];
  const state = await (await app.journal()).state();
  const intended = [...state.attempts.values()].flatMap((one) => (one.intended === null ? [] : [one.intended.commit]));
  const reverts = state.rollbacks.flatMap((one) => one.reverts.map(({ commit }) => commit));
  return [...new Set([...state.landings.map(({ commit }) => commit), ...intended, ...reverts])];
}
