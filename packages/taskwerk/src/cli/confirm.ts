import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "./app.ts";

/**
 * Lets what nothing brings back go on: with --yes, or after a yes typed at a terminal. Throws CONFIRMATION_REQUIRED where
 * nobody can be asked, or who was asked said no.
 */
export async function confirm(app: App, what: string): Promise<void> {
  const { globals, world } = app;
  if (globals.yes) return;
  if (!world.stdinIsTTY || !world.stdoutIsTTY || globals.input === false || app.output.format === "json") {
    throw refused(what, "Nobody can be asked here. If you mean it, type the same with --yes.");
  }
  const answer = await world.ask(`${what} Go on? [y/N] `);
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw refused(what, "Nothing was changed.");
}

const refused = (what: string, hint: string): WerkError => new WerkError("CONFIRMATION_REQUIRED", what, { hint });
