import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { dim, green } from "@taskwerk/terminal/part";
import { counted } from "../../model/counted.ts";
import { type App, makeApp } from "../app.ts";
import { mayTalk } from "../may-talk.ts";
import { endOfRun } from "../orchestrate/end-of-run.ts";
import { startRun } from "../orchestrate/start-run.ts";
import { importPlan } from "../plan/import-plan.ts";
import { makePlan } from "../plan/make-plan.ts";
import { makeStore } from "../system/ensure-store.ts";
import { driverOf } from "../system/has-journal.ts";
import { type Verb, wordOf } from "../verb.ts";
import type { World } from "../world.ts";
import { type DemoSummary, demoSummary } from "./demo-summary.ts";
import { followDemo } from "./follow-demo.ts";
import { configureDemo, DEMO_PRD, makeDemoProject } from "./make-demo-project.ts";
import { playPerson } from "./play-person.ts";
import { refuseLosing } from "./refuse-losing.ts";

/** `demo [DIR]`: PRD → plan → tasks → agents in parallel → gates → landed commits → report, on an example and at no cost. */
export const demoVerb: Verb<unknown> = {
  build: (command) => command.argument("[dir]", "where the example is put (demo-linkcheck)"),
  async run(outer, [given]) {
    const { examples, scriptedAgent } = outer.world;
    if (examples === null || !existsSync(scriptedAgent))
      throw new WerkError("FILE_NOT_FOUND", "this installation came without examples, and the demo needs them", {
        hint: "Install it again:  npm install -g taskwerk taskwerk-conductor",
      });
    const dir = resolve(outer.cwd, wordOf(given) || "demo-linkcheck");
    const { C: _C, useTaskwerk: _useTaskwerk, ...globals } = outer.globals;
    const env = demoEnv(outer.world.env, join(dir, ".git"));
    if (existsSync(dir)) await refuseReplacing(makeApp({ ...outer.world, cwd: dir, env }, outer.output, globals));
    await makeDemoProject({ dir, examples, world: outer.world });
    const world = { ...outer.world, cwd: dir, env };
    const app = makeApp(world, outer.output, globals);
    // What an earlier demo here has left: its repository is gone.
    await rm(app.stateDir, { recursive: true, force: true });
    await configureDemo({ stateDir: app.stateDir, examples, scriptedAgent, world });
    await makeStore(app);
    const person = playPerson(app);
    try {
      const made = await makePlan(app, [DEMO_PRD], { planner: "outline" });
      const imported = await importPlan(app, made.plan, made.file, {});
      const live = !mayTalk(outer.output)
        ? null
        : await followDemo(app, {
            requirements: made.plan.requirements.length,
            tasks: made.plan.tasks.length,
            created: imported.created,
          });
      const started = await startRun(app, {
        flags: { agent: "command", auto: true, concurrency: "3", wait: "5m" },
        resume: null,
        scripted: true,
        onStart: (session) => {
          live?.start(session);
          person.start();
        },
      }).finally(() => live?.end());
      person.stop();
      if (started.kind !== "driven") throw new Error("the demo did not start");
      const summary = await demoSummary(app, started.driven.session, dir);
      const { code, text } = endOfRun(started.driven.end, world.interruptedCode());
      outer.show<DemoSummary>(
        "demo",
        { ...summary, exit: code },
        {
          fields: ["session", "landed", "dir"],
          known: [
            "session",
            "dir",
            "landed",
            "tasks",
            "reds",
            "loops",
            "questions",
            "approvals",
            "seconds",
            "sandbox",
            "exit",
          ],
          items: (data) => [{ ...data, id: data.session }],
          piped: "screen",
          screen(output, { data }) {
            output.line();
            if (code !== 0) {
              output.line(`${text} ${data.landed} landed so far.`);
              output.line(`  cd ${data.place} && conductor status`);
              return;
            }
            output.line(
              green(`${data.landed} of ${data.tasks} landed in ${data.seconds}s.`),
              ` ${counted(data.reds, "red round was repaired", "red rounds were repaired")}, ${counted(data.loops, "loop caught", "loops caught")},`,
            );
            output.line(
              `${counted(data.questions, "question answered", "questions answered")}, ${counted(data.approvals, "approval given", "approvals given")}.`,
            );
            output.line("Every commit has a receipt for its tree.");
            if (data.sandbox !== "full")
              output.line("There is no sandbox here: the scripted agents ran with your own rights.");
            output.line();
            output.line("Do not take our word for it:");
            output.line(`  cd ${data.place}`);
            const look = (command: string, what: string): void => output.line(`  ${command.padEnd(38)}  ${what}`);
            look("git log --oneline conductor/main", `${data.landed} commits on top of the start`);
            look("git switch conductor/main && npm test", "all green");
            look("conductor report", "what landed, and each receipt");
            look(
              `conductor log ${data.redTask ?? "TASK-001"}`,
              data.redTask ? 'the false "all tests pass"' : "what happened",
            );
            output.line();
            output.line(dim("On your own code:  cd your-repo && conductor run PRD.md"));
          },
        },
      );
      return code;
    } finally {
      person.stop();
      await app.close();
    }
  },
};

/** What of the environment reaches the demo: nothing that names another store, another agent or an account. */
const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|LANG|LC_\w+|TZ|TMPDIR|XDG_STATE_HOME|CI|CONDUCTOR_TASKWERK)$/;
const demoEnv = (env: World["env"], nowhere: string): World["env"] => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name))),
  // Nothing that the user has configured changes what the demo shows, of conductor or of taskwerk.
  XDG_CONFIG_HOME: join(nowhere, "no-config"),
});

/** Throws SESSION_ACTIVE while another demo runs there, USAGE where somebody has gone on with an earlier one. */
async function refuseReplacing(app: App): Promise<void> {
  try {
    if (app.root !== app.cwd) return;
    const driver = await driverOf(app);
    if (driver !== null)
      throw new WerkError("SESSION_ACTIVE", `a demo runs in ${app.cwd} already (process ${driver.pid})`, {
        hint: "Somewhere else:  conductor demo another-dir",
      });
    await refuseLosing(app);
  } finally {
    await app.close();
  }
}
