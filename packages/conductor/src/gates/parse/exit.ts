/** What an exit status says of a gate, before any report is read. */
import type { CommandEnd } from "../../model/command.ts";

/** `missing`: the command, or the script it names, is not there. `broken`: it came to no end of its own. */
export type ExitVerdict =
  | { readonly kind: "ok" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

/** Reads how a command ended; `output` is searched for npm's word for a script that does not exist. */
export function parseExit(end: CommandEnd, output: string, timeoutMs: number): ExitVerdict {
  switch (end.kind) {
    case "exited":
      if (end.code === 0) return { kind: "ok" };
      if (end.code === 127) return { kind: "missing", reason: "the command was not found (exit 127)" };
      if (end.code === 126) return { kind: "missing", reason: "the command may not be executed (exit 126)" };
      if (/^npm (?:error|ERR!) [Mm]issing script:/m.test(output))
        return { kind: "missing", reason: "package.json has no such script" };
      return { kind: "failed", reason: `it ended with exit code ${end.code}` };
    case "signalled":
      return { kind: "broken", reason: `it was ended by ${end.signal}` };
    case "timed-out":
      return { kind: "broken", reason: `it did not end within ${Math.round(timeoutMs / 1000)} s` };
    case "cancelled":
      return { kind: "broken", reason: "it was cancelled" };
    case "over-limit":
      return { kind: "broken", reason: `it was ended: ${end.reason}` };
    case "spawn-failed":
      return { kind: "missing", reason: `it could not be started: ${end.reason}` };
  }
}
