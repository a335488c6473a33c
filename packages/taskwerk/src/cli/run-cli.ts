import { runProgram } from "@taskwerk/terminal/command/run-program";
import type { Output } from "@taskwerk/terminal/output";
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
      otherWords: async () => (await import("./help/other-words.ts")).OTHER_WORDS,
      outro: [
        "Everywhere:  --json  --format table|json|ndjson|tsv|csv|md  --fields a,b  -q",
        "             --no-color  -C DIR  --store DIR  --session NAME  --actor NAME",
        "             --readonly  --yes  --no-input  --idempotency-key KEY  --remote URL",
        "One of them:  taskwerk help add     As JSON:  --json",
      ],
      foreign: {
        words: new Set(["plan", "orchestrate"]),
        program: "conductor",
        reason: "which plans and runs tasks with agents",
      },
      complete: async (output, words) => {
        const { complete, givenTo } = await import("./completion/complete.ts");
        const [remote, store] = ["--remote", "--store"].map((flag) => givenTo(flag, words.slice(0, -1)));
        const flags = { ...(remote === undefined ? {} : { remote }), ...(store === undefined ? {} : { store }) };
        // An address that is none has no tasks; all that is not of a store can be completed all the same.
        const app = await appOf(world, output, flags).catch((error: unknown) =>
          appOf(
            { ...world, env: { ...world.env, TASKWERK_URL: undefined }, run: () => Promise.reject(error) },
            output,
            {},
          ),
        );
        return complete(app, VERBS, words);
      },
      makeApp: (output, flags: GlobalFlags) => appOf(world, output, flags),
    },
    world,
  );

/** The app of a command line: of the store here, or of the server that `--remote` or TASKWERK_URL names. */
async function appOf(world: World, output: Output, flags: GlobalFlags): Promise<App> {
  const { makeApp } = await import("./app.ts");
  const url = flags.remote ?? (flags.store === undefined ? world.env.TASKWERK_URL : undefined);
  if (!url && flags.remote === undefined) return makeApp(world, output, flags);
  const { remoteWorld } = await import("./remote/remote-world.ts");
  const by = flags.remote === undefined ? "TASKWERK_URL" : "--remote";
  return makeApp(remoteWorld(world, { url: url ?? "", by }), output, flags);
}
