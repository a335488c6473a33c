import { runProgram } from "@taskwerk/terminal/command/run-program";
import type { App } from "./app.ts";
import { GLOBAL_OPTIONS, type GlobalFlags } from "./globals.ts";
import { TOPICS } from "./help/topics.ts";
import { VERBS } from "./index.ts";
import type { World } from "./world.ts";

/** Runs one command line and answers its exit code. Throws nothing. */
export const runCli = (world: World): Promise<number> =>
  runProgram<App>(
    {
      name: "taskwerk",
      version: world.version,
      intro: "Tasks for people, scripts and coding agents, in a file beside your code.",
      groups: ["Tasks", "Lists", "Work", "Claims", "Changes", "Store", "Webhooks", "API", "Set up"],
      verbs: VERBS,
      options: GLOBAL_OPTIONS,
      topics: TOPICS,
      outro: [
        "Everywhere:  --json  --format table|json|ndjson|tsv|csv|md  --fields a,b  -q",
        "             --no-color  -C DIR  --store DIR  --session NAME  --actor NAME",
        "             --readonly  --yes  --no-input  --idempotency-key KEY",
        "One of them:  taskwerk help add     As JSON:  --json",
      ],
      foreign: {
        words: new Set(["plan", "orchestrate"]),
        program: "conductor",
        reason: "which plans and runs tasks with agents",
      },
      complete: async (output, words) => {
        const [{ makeApp }, { complete }] = await Promise.all([import("./app.ts"), import("./completion/complete.ts")]);
        return complete(makeApp(world, output, {}), VERBS, words);
      },
      makeApp: async (output, flags: GlobalFlags) => (await import("./app.ts")).makeApp(world, output, flags),
    },
    world,
  );
