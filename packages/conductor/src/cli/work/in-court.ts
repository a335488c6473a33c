import { WerkError } from "@taskwerk/contract/errors";
import { commandsVerdict, type MayRun } from "../../run/command-rules.ts";
import type { ResultContext } from "../../run/judge-result.ts";
import type { Court } from "../../run/judge-tree.ts";
import type { CourtWish } from "../../run/open-court.ts";
import type { App } from "../app.ts";
import { askForCommands } from "../ask-for-commands.ts";
import { policyOf } from "../orchestrate/settings-of.ts";
import { courtOf } from "./court-of.ts";

/** Where trees are judged, by which gates, and whether their command lines may be run. */
export type InCourt = Court & Pick<ResultContext, "gateSets" | "mayRun">;

/**
 * Does something where trees can be judged, as the configuration says, and gives everything back. Throws SANDBOX_REQUIRED where no
 * sandbox works here and nobody has said that it may go without; as `askForCommands` does for the setup.
 */
export async function inCourt<T>(
  app: App,
  repository: CourtWish["repository"],
  { base, allowUnsandboxed }: { readonly base: string; readonly allowUnsandboxed: boolean },
  body: (court: InCourt) => Promise<T>,
): Promise<T> {
  const { openCourt } = await import("../../run/open-court.ts");
  const config = await app.config();
  const [wish, policy] = [await courtOf(app, config, repository), policyOf(config)];
  const mayRun: MayRun = (commands) => askForCommands(app, commandsVerdict(commands, policy));
  if (wish.setup !== null) await mayRun([wish.setup.command]);
  const opened = await openCourt(wish, base);
  try {
    if (opened.sandbox.level === "none" && !allowUnsandboxed)
      throw new WerkError("SANDBOX_REQUIRED", "the gates would run outside of any sandbox", {
        hint:
          opened.sandbox.cure === null
            ? "If that is meant:  --allow-unsandboxed"
            : `${opened.sandbox.cure}\nor, if that is meant:  --allow-unsandboxed`,
      });
    return await body({ ...opened.court, gateSets: opened.gateSets, mayRun });
  } finally {
    await opened.close();
  }
}
