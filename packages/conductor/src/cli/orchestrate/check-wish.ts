import type { ConfigValues } from "@taskwerk/config/schema";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import type { UserRepository } from "../../git/repository.ts";
import type { AgentInfo } from "../../model/agent.ts";
import type { RunOptions, Session } from "../../model/run.ts";
import { refuseUnknown, wantsOf } from "../../model/wants-of.ts";
import { sessionActive } from "../../run/drive.ts";
import { openForRun, readyAgent } from "../../run/preflight.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import { agentName, agentsOf, listAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { mayAsk } from "../may-talk.ts";
import { refuseRelative } from "../refuse-relative.ts";
import { driverOf } from "../system/has-journal.ts";
import { settleWhoPays } from "../who-pays.ts";
import { additionOf, type RunFlags, runOptions, withMore } from "./run-flags.ts";
import { commitsOf, settingsOf } from "./settings-of.ts";

export interface StartWish {
  readonly flags: RunFlags;
  /** The session to go on with; null = a new one. */
  readonly resume: string | null;
  /** The agents are conductor's own and cost nothing: no limit and no sandbox are needed. */
  readonly scripted?: boolean;
  /** What was spent before it, on planning: it counts against the budget. */
  readonly spentUsd?: number;
  /** Documents are planned first: the tasks that are wanted may come from them. */
  readonly planning?: boolean;
  readonly onStart?: (session: string) => void;
}

/** What the command line, the configuration and the repository allow, before anything is made or spent. */
export interface CheckedWish {
  readonly config: ConfigValues;
  readonly repository: UserRepository;
  readonly agents: Awaited<ReturnType<typeof agentsOf>>;
  readonly agentInfo: AgentInfo;
  readonly options: RunOptions;
  readonly attended: boolean;
  readonly limits: { readonly auto: boolean; readonly budgetUsd: number | null; readonly until: string | null };
  readonly wants: (task: Task) => boolean;
  /** Every task there is. */
  readonly tasks: readonly Task[];
}

/** Throws what stands in the way of a run and can be said at once; leaves nothing behind. */
export async function checkWish(
  app: App,
  { flags, resume, scripted = false, spentUsd = 0, planning = false }: StartWish,
): Promise<CheckedWish> {
  const { world } = app;
  // Whatever else is missing: nothing that is typed in its place would help.
  const driver = await driverOf(app);
  if (driver !== null) throw sessionActive(driver);
  const known = resume === null ? undefined : (await (await app.journal()).state()).sessions.get(resume);
  const config = await settleWhoPays(app, await app.config(), flags.agent ?? known?.options.agent ?? null);
  const repository = await openForRun({
    root: app.repositoryRoot(),
    stateDir: app.stateDir,
    env: world.env,
    commits: commitsOf(config),
  });
  const agents = await agentsOf(app, config);
  const attended = mayAsk(app) && !flags.auto;
  if (flags.interactive && !attended)
    throw new WerkError("USAGE", "--interactive asks at a terminal, and there is none to ask at.", {
      hint: "Without you:  --auto --budget 5",
      field: "interactive",
    });
  const said = runOptions(flags, config, {
    agent: agentName(flags.agent ?? known?.options.agent, config, agents),
    now: world.now(),
    attended,
  });
  const more = additionOf(flags);
  if (more !== null && known === undefined)
    throw new WerkError("USAGE", "--add is for a session that is there, and this would be a new one.", {
      hint: "A new one:  conductor run --budget 5     One that has ended before its time:  conductor resume --add 5",
      field: "add",
    });
  const options = leaving(
    spentUsd,
    known === undefined
      ? said
      : {
          ...known.options,
          ...overrides(flags, said, known.options, world.now()),
          ...(more === null ? {} : withMore(known.options, more, known.id)),
        },
  );
  if (scripted && options.agent !== "command") throw new Error("only the command agent can be scripted");
  const limits = {
    // Where nobody sits at the terminal nobody can stop it either: the rules of --auto hold.
    auto: options.auto || !attended,
    budgetUsd: options.budgetUsd,
    until: options.until,
  };
  if (limits.auto && !scripted && limits.budgetUsd === null && limits.until === null && !options.budgetTokens)
    throw noLimit(known ?? null, mayAsk(app));
  settingsOf(config, options.agent);
  if (options.agent === "command") await refuseLost(app, config, repository);
  const agentInfo = await readyAgent(agents.get(options.agent));
  const inTokens = options.budgetUsd === null && Boolean(options.budgetTokens);
  // A budget that cannot be measured is no limit.
  if (agentInfo.features.usage === "none" && limits.auto && !scripted && limits.until === null)
    throw new WerkError(
      "USAGE",
      `--${inTokens ? "budget-tokens" : "budget"} cannot hold ${options.agent}: it does not say what it uses.`,
      {
        hint: [
          "A limit that holds:  --until 2h",
          "If it does say:  conductor config set orchestration.agents.command.reports_usage true",
        ].join("\n"),
        field: inTokens ? "budget-tokens" : "budget",
      },
    );
  if (agentInfo.features.usage === "tokens" && options.budgetUsd !== null && !options.budgetTokens && !scripted)
    throw unpriced(agentInfo, limits.until !== null);
  const tasks = await tasksIn(app);
  const wants = wantsOf(options.tasks);
  if (flags.tasks !== undefined && !planning) refuseUnknown(options.tasks, tasks);
  return { config, repository, agents, agentInfo, options, attended, limits, wants, tasks };
}

/** Money cannot bound what has no known price: tokens can. */
function unpriced({ id, model }: AgentInfo, hasTime: boolean): WerkError {
  const name = model ?? id;
  return new WerkError("USAGE", `a budget in money cannot hold ${name}: nobody knows what it costs.`, {
    hint: [
      "A limit that holds:  --budget-tokens 2000000",
      ...(hasTime ? ["Only the time that it has:  conductor config unset budget.session_usd"] : []),
      `Or say what it costs:  conductor help config     (prices)`,
    ].join("\n"),
    field: "budget",
  });
}

/** Throws CONFIG_INVALID for a command line that is not found in a clone. */
async function refuseLost(app: App, config: ConfigValues, repository: UserRepository): Promise<void> {
  const start = await repository.resolve("HEAD");
  await refuseRelative(listAt(config, "orchestration.agents.command.argv"), {
    from: [repository.root, app.cwd, app.world.cwd],
    isCommitted: async (path) => start !== null && (await repository.readFile(start, path)) !== null,
  });
}

/** Every task there is; none where no store is yet, which is made when the run begins. Throws TASKWERK_UNREACHABLE, CREDENTIAL_MISSING. */
async function tasksIn(app: App): Promise<readonly Task[]> {
  try {
    const tasks = makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });
    await tasks.check();
    return await tasks.all();
  } catch (error) {
    if (!isWerkError(error) || error.code !== "STORE_NOT_FOUND") throw error;
    return [];
  }
}

/** Nothing would end it. For a session that is gone on with the whole command is said. */
function noLimit(known: Session | null, mayBeAsked: boolean): WerkError {
  if (known === null)
    return new WerkError("USAGE", "a run without you needs a limit, and none is set.", {
      hint: "For example:  --budget 5, or --until 07:00",
      field: "budget",
    });
  const { id, options } = known;
  const said = options.until === null ? "it has none" : "the time that it was given has passed";
  return new WerkError("USAGE", `${id} needs a limit to go on without you, and ${said}.`, {
    hint: [
      `Go on:  conductor resume ${id} --until 2h`,
      `    or  conductor resume ${id} --budget 5`,
      ...(mayBeAsked ? [`With you, here:  conductor resume ${id} --interactive`] : []),
    ].join("\n"),
    field: "until",
  });
}

/** The options with what is left of the budget. Throws BUDGET_EXHAUSTED. */
function leaving(spentUsd: number, options: RunOptions): RunOptions {
  const { budgetUsd } = options;
  if (budgetUsd === null || spentUsd === 0) return options;
  const left = budgetUsd - spentUsd;
  if (left >= 0.01) return { ...options, budgetUsd: left };
  throw new WerkError("BUDGET_EXHAUSTED", `planning alone cost $${spentUsd.toFixed(2)} of $${budgetUsd.toFixed(2)}`, {
    hint: "The plan is kept and imported. Go on with more:  conductor run --auto --budget 5",
  });
}

/** What a resumed session takes from the new command line. */
const overrides = (
  flags: RunFlags,
  options: ReturnType<typeof runOptions>,
  before: ReturnType<typeof runOptions>,
  now: Date,
): Partial<ReturnType<typeof runOptions>> => ({
  waitMs: options.waitMs,
  ...(flags.agent === undefined ? {} : { agent: options.agent }),
  // Who wants to be asked is there.
  ...(flags.auto === undefined && flags.interactive === undefined ? {} : { auto: options.auto }),
  ...(flags.requireTests === undefined ? {} : { requireTests: options.requireTests }),
  ...(flags.tasks === undefined ? {} : { tasks: options.tasks }),
  ...(flags.budget === undefined ? {} : { budgetUsd: options.budgetUsd }),
  ...(flags.budgetTokens === undefined ? {} : { budgetTokens: options.budgetTokens ?? null }),
  ...(flags.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  ...(flags.maxTasks === undefined ? {} : { maxTasks: options.maxTasks }),
  // A time that has come is no limit any more.
  until: options.until ?? (before.until !== null && Date.parse(before.until) > now.getTime() ? before.until : null),
});
