import { WerkError } from "@taskwerk/contract/errors";
import type { Court } from "../../run/judge-tree.ts";
import type { CourtWish, OpenCourt } from "../../run/open-court.ts";
import type { App } from "../app.ts";
import { courtOf } from "./court-of.ts";

/**
 * Does something where trees can be judged, as the configuration says, and gives everything back. Throws SANDBOX_REQUIRED where no
 * sandbox works here and nobody has said that it may go without.
 */
export async function inCourt<T>(
  app: App,
  repository: CourtWish["repository"],
  { base, allowUnsandboxed }: { readonly base: string; readonly allowUnsandboxed: boolean },
  body: (court: Court & Pick<OpenCourt, "gateSets">) => Promise<T>,
): Promise<T> {
  const { openCourt } = await import("../../run/open-court.ts");
  const opened = await openCourt(await courtOf(app, await app.config(), repository), base);
  try {
    if (opened.sandbox.level === "none" && !allowUnsandboxed)
      throw new WerkError("SANDBOX_REQUIRED", "the gates would run outside of any sandbox", {
        hint:
          opened.sandbox.cure === null
            ? "If that is meant:  --allow-unsandboxed"
            : `${opened.sandbox.cure}\nor, if that is meant:  --allow-unsandboxed`,
      });
    return await body({ ...opened.court, gateSets: opened.gateSets });
  } finally {
    await opened.close();
  }
}
