import type { RecordSpec } from "@taskwerk/config/schema";
import { GATE_PARSERS } from "../model/gate.ts";

/** What a gate in the list `gates` takes. */
export const GATE_RECORD = {
  key: "id",
  fields: {
    id: {
      type: "name",
      describe: "Its name. One that is found already, such as test or lint, gives way to this.",
      required: true,
    },
    run: { type: "string", describe: "A shell command, run at the top of a fresh checkout.", required: true },
    when: { type: "strings", describe: "Globs of changed files that it is about; without any it is always run." },
    phase: {
      type: "string",
      oneOf: ["pre", "merged", "both"],
      describe: "On the work's branch (pre), on what would land (merged), or on both (both).",
    },
    required: { type: "boolean", describe: "What does not pass does not land (true)." },
    timeout: { type: "duration", describe: "How long it may take (gates.timeout)." },
    network: {
      type: "boolean",
      describe: "It may use the network, all of it. For a repository's gate: the same id and run in your own file.",
      userOnly: true,
    },
    parse: {
      type: "string",
      oneOf: GATE_PARSERS,
      describe: "What it leaves behind and how that is read; exit: its exit code alone (exit).",
    },
    report: {
      type: "path",
      describe:
        "Where it writes that. Without it: to the pipe in CONDUCTOR_JUNIT, CONDUCTOR_SARIF and so on, which the code that is judged cannot know beforehand; tap, go-json and cargo to its output.",
    },
  },
  only: {
    report: {
      field: "parse",
      is: GATE_PARSERS.filter((one) => one !== "exit"),
      problem: "no report is read where parse is not set, or is exit",
    },
  },
} as const satisfies RecordSpec;
