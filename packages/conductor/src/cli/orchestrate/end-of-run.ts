import { EXIT } from "@taskwerk/contract/errors";
import type { RunEnd } from "../../run/run.ts";

/** The exit code of a run, and why in a sentence. */
export function endOfRun(end: RunEnd, interruptedCode: number): { readonly code: number; readonly text: string } {
  switch (end.kind) {
    case "finished":
      return end.unlanded === 0
        ? { code: EXIT.ok, text: `Finished: ${end.landed} landed.` }
        : { code: EXIT.incomplete, text: `Finished: ${end.landed} landed, ${end.unlanded} not.` };
    case "waiting":
      return {
        code: EXIT.waiting,
        text: `Waiting for you: ${[...end.decisions, ...(end.aside ?? []).map((id) => `${id} is put aside`)].join(", ")}.`,
      };
    case "stopped":
      return {
        code: interruptedCode === 0 ? EXIT.incomplete : interruptedCode,
        text: `Stopped: ${end.reason}. Everything is kept.`,
      };
    case "budget":
      return { code: EXIT.budget, text: `Stopped: ${end.reason}.` };
    case "limited":
      return {
        code: EXIT.limited,
        text: `Paused by the provider: ${end.reason}${end.resetAt === null ? "" : `, until ${end.resetAt}`}.`,
      };
    case "refused":
      return { code: EXIT.refused, text: `Stopped: the provider refused: ${end.reason}.` };
    case "time-up":
      return { code: EXIT.timeUp, text: "Stopped: its time is up." };
    case "failing":
      return { code: EXIT.incomplete, text: `Stopped: ${end.reason}.` };
    default: {
      const unknown: never = end;
      throw new Error(`unknown end ${JSON.stringify(unknown)}`);
    }
  }
}

/** What to type next; `goOn`: what gets the rest done. */
export const nextAfter = (end: RunEnd, goOn: readonly string[]): readonly string[] => {
  switch (end.kind) {
    case "finished":
      return ["conductor report", ...goOn];
    case "waiting":
      return ["conductor inbox", ...goOn];
    case "refused":
      return goOn.length === 0 ? ["conductor doctor"] : goOn;
    default:
      return ["conductor status", ...goOn];
  }
};
