import { runProgram } from "@taskwerk/terminal/command/run-program";
import type { App } from "./app.ts";
import { GLOBAL_OPTIONS, type GlobalFlags } from "./globals.ts";
import { VERBS } from "./index.ts";
import type { World } from "./world.ts";

/** Runs one command line and answers its exit code. Throws nothing. */
export const runCli = (world: World): Promise<number> =>
  runProgram<App>(
    {
      name: "taskwerk",
      version: world.version,
      intro: "Tasks for people, scripts and coding agents, in a file beside your code.",
      groups: ["Tasks", "Lists", "Work", "Claims", "Changes", "Store", "API"],
      verbs: VERBS,
      options: GLOBAL_OPTIONS,
      topics: [
        {
          name: "query",
          summary: "How tasks are chosen: list, ready, search, claim --next, update --where",
          load: () => import("./help/query.ts").then((m) => m.QUERY_HELP),
        },
        {
          name: "formats",
          summary: "What import reads and export writes",
          load: () => import("./help/formats.ts").then((m) => m.FORMATS_HELP),
        },
      ],
      outro: [
        "Everywhere:  --json  --format table|json|ndjson|tsv|csv|md  --fields a,b  -q",
        "             --no-color  -C DIR  --store DIR  --session NAME  --actor NAME",
        "             --idempotency-key KEY",
        "One of them:  taskwerk help add     Topics:  help query, help formats",
      ],
      foreign: {
        words: new Set(["plan", "orchestrate"]),
        program: "conductor",
        reason: "which plans and runs tasks with agents",
      },
      makeApp: async (output, flags: GlobalFlags) => (await import("./app.ts")).makeApp(world, output, flags),
    },
    world,
  );
