import { runProgram } from "@taskwerk/terminal/command/run-program";
import { COMMON_TOPICS } from "@taskwerk/terminal/command/topics";
import type { App } from "./app.ts";
import { GLOBAL_OPTIONS, type GlobalFlags } from "./globals.ts";
import { VERBS } from "./index.ts";
import type { World } from "./world.ts";

/** Runs one command line and answers its exit code. Throws nothing. */
export async function runCli(world: World): Promise<number> {
  const opened: App[] = [];
  try {
    return await runProgram<App>(
      {
        name: "conductor",
        version: world.version,
        intro: "From a requirements document to merged, proven commits.",
        groups: ["Run", "Plan", "You", "Work", "Set up"],
        verbs: VERBS,
        interruptedCode: world.interruptedCode,
        options: GLOBAL_OPTIONS,
        topics: COMMON_TOPICS,
        outro: [
          "Everywhere:  --json  --format table|json|ndjson|tsv|csv|md  --fields a,b  -q",
          "             --no-color  -C DIR  --use-taskwerk URL  --yes  --no-input  --debug",
          "One of them:  conductor help run     Every answer as JSON:  --json",
        ],
        foreign: {
          words: new Set(["add", "list", "show", "update", "done", "complete", "claim", "import", "api"]),
          program: "taskwerk",
          reason: "which keeps the tasks",
        },
        makeApp: async (output, flags: GlobalFlags) => {
          const { makeApp } = await import("./app.ts");
          const app = makeApp(world, output, flags);
          opened.push(app);
          return app;
        },
      },
      world,
    );
  } finally {
    for (const app of opened) await app.close();
  }
}
