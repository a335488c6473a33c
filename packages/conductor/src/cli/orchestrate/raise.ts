import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { driverOf } from "../system/has-journal.ts";
import { limitWords } from "./limit-words.ts";
import { additionOf, type RunFlags, withMore } from "./run-flags.ts";

interface Raised {
  readonly session: string;
  readonly budgetUsd: number | null;
  readonly budgetTokens: number | null;
}

/**
 * `--add` for the session that is driven now, perhaps from another terminal: its budget is raised, and it goes on. False where
 * nothing is to be added or nothing drives. `session`: the one that was named. Throws USAGE.
 */
export async function raiseWhileItRuns(app: App, flags: RunFlags, session?: string): Promise<boolean> {
  const more = additionOf(flags);
  const driver = more === null ? null : await driverOf(app);
  if (more === null || driver === null || driver.session === null) return false;
  if (session !== undefined && session !== driver.session)
    throw new WerkError("SESSION_ACTIVE", `it is ${driver.session} that runs here, not ${session}`, {
      hint: `More for it:  conductor resume ${driver.session} --add ${flags.add ?? 5}`,
      given: session,
    });
  const journal = await app.journal();
  const id = driver.session;
  const raised: { limits: Raised | null } = { limits: null };
  await journal.appendIf((state) => {
    const { options } = state.sessions.get(id)!;
    const limits = withMore(options, more, id);
    raised.limits = { session: id, ...limits };
    return [{ type: "session.limits", ...raised.limits, until: options.until, by: app.actor }];
  });
  app.show<Raised>("run.limits", raised.limits!, {
    fields: ["session", "budgetUsd", "budgetTokens"],
    known: ["session", "budgetUsd", "budgetTokens"],
    items: (data) => [{ ...data, id: data.session }],
    piped: "screen",
    screen(output, { data }) {
      output.line(`${id} may spend ${limitWords(data).join(" and ")} in all now, and goes on.`);
      if (output.isTTY) output.line("Next   conductor status");
    },
  });
  return true;
}
