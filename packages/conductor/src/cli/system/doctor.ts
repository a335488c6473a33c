import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { isWerkError } from "@taskwerk/contract/errors";
import { cureLines } from "@taskwerk/terminal/cure-lines";
import { green, red, yellow } from "@taskwerk/terminal/part";
import type { Agents } from "../../agents/registry.ts";
import { openRepository } from "../../git/repository.ts";
import { counted } from "../../model/counted.ts";
import type { Way } from "../../model/notice.ts";
import { placeOf } from "../../notify/place-of.ts";
import { cells, hanging } from "../../report/layout.ts";
import { targetOf } from "../../run/preflight.ts";
import { type Unprovided, unprovided } from "../../run/unprovided.ts";
import { detectConfinement } from "../../sandbox/confinement.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import { agentName, agentsOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { layoutOf } from "../lines-view.ts";
import { waysOf } from "../notify-fields.ts";
import { limitsOf } from "../orchestrate/settings-of.ts";
import { configReader } from "../read-config.ts";
import type { Verb } from "../verb.ts";
import type { Check } from "./check.ts";
import { gatesHere, lineOf } from "./check-gates.ts";
import { problemOfWay } from "./reach-way.ts";

/** The column in which the words begin. */
const WHAT_AT = 27;
/** Where a command begins that is too long for that column. */
const LONG_CURE_AT = 4;

/**
 * `doctor`: what is there, what is missing, and the exact cure. A run is possible when nothing is `missing`; to say so is
 * its whole task, so it ends with 0 either way. What ends otherwise is `run --dry-run`.
 */
export const doctorVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    // What has to be written in order to look is written here, and is gone afterwards.
    const scratch = await mkdtemp(join(app.world.tmpDir, "conductor-doctor-"));
    try {
      show(app, await look(app, scratch));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return undefined;
  },
};

/** Looks at everything; `scratch`: an empty directory. */
async function look(app: App, scratch: string): Promise<readonly Check[]> {
  const { world } = app;
  const checks: Check[] = [{ id: "node", state: "ok", what: `Node ${process.version}`, cure: null }];
  const open = () => openRepository(app.repositoryRoot(), { env: world.env, storeDir: join(scratch, "git") });
  const found: { missing: Unprovided | null } = { missing: null };
  const check = async (id: string, look: () => Promise<Omit<Check, "id">>): Promise<void> => {
    try {
      checks.push({ id, ...(await look()) });
    } catch (error) {
      if (!isWerkError(error)) throw error;
      const here = error.hint?.startsWith("conductor doctor");
      checks.push({ id, state: "missing", what: error.message, cure: here ? (CURES[id] ?? null) : error.hint });
    }
  };
  await check("git", async () => {
    const repository = await open();
    const start = await repository.resolve("HEAD");
    found.missing = start === null ? null : await unprovided(repository, start);
    return {
      state: "ok",
      what: `${repository.root} on ${targetOf(repository).replace("refs/heads/", "")}`,
      cure: null,
    };
  });
  await check("sandbox", async () => {
    const limits = limitsOf(await app.config().catch(() => ({})));
    const { level, problem, cure, limitsBy } = await detectConfinement({
      env: world.env,
      stateDir: scratch,
      limits,
    });
    const held =
      limitsBy === "control-group"
        ? "A control group holds memory and processes, a watch the disk."
        : "A watch holds memory, processes and disk.";
    const what =
      level === "full" ? "full (bubblewrap, self-test passed)." : `${level}: ${problem ?? "it is not known why."}`;
    return { state: level === "full" ? "ok" : "warn", what: `${what} ${held}`, cure };
  });
  await check("taskwerk", async () => {
    const connection = await app.connection();
    let open: readonly unknown[];
    try {
      open = await makeTasks({ connection, session: null, patienceMs: 0 }).open();
    } catch (error) {
      if (!isWerkError(error) || error.code !== "STORE_NOT_FOUND") throw error;
      return { state: "warn", what: "no store here yet; a run makes one", cure: "conductor init" };
    }
    return { state: "ok", what: `${await connection.store()}, ${counted(open.length, "open task")}`, cure: null };
  });
  await check("config", async () => {
    // What is wrong with the repository's file is said before it is to be agreed to.
    await app.config(true);
    await app.config();
    return { state: "ok", what: "readable", cure: null };
  });
  // What your own file says holds whether or not the repository's has been agreed to.
  const config: ConfigValues = await app
    .config()
    .catch(async () => (await configReader(app.configPlaces))(null).then(({ values }) => values))
    .catch(() => ({}));
  if (found.missing !== null && config["setup.run"] === undefined)
    checks.push({ id: "setup", state: "warn", what: found.missing.problem, cure: found.missing.cure });
  for (const gate of await gatesHere(app, open, check)) checks.push({ id: `gate ${gate.id}`, ...lineOf(gate) });
  const agentsThere = await agentsOf(app, config).catch((error: unknown) => {
    if (!isWerkError(error)) throw error;
    checks.push({ id: "agents", state: "missing", what: error.message, cure: error.hint });
    return null;
  });
  if (agentsThere !== null) {
    const infos = await agentsThere.probeAll();
    const none = infos.every(({ ready }) => !ready);
    const wanted = textAt(config, "orchestration.agent") ?? (none ? wantedAgent(config, agentsThere) : null);
    for (const info of infos)
      checks.push({
        id: `agent ${info.id}`,
        state: info.ready ? "ok" : info.id === wanted ? "missing" : "warn",
        what: info.ready ? `${info.name} ${info.version}, paid by ${info.paidBy}` : (info.problem ?? "not ready"),
        cure: info.ready ? null : (CURES[info.id] ?? null),
      });
    if (wanted !== null && !agentsThere.ids.includes(wanted) && wanted !== "command")
      checks.push({ id: `agent ${wanted}`, state: "missing", ...unknownAgent(wanted, config, agentsThere) });
    if (!agentsThere.ids.includes("command"))
      checks.push({
        id: "agent command",
        state: wanted === "command" ? "missing" : "warn",
        what: "any program of yours: no command line is configured",
        cure: CURES.command ?? null,
      });
  }
  for (const way of waysOf(config))
    checks.push({ id: `notify ${way.kind}`, ...(await reachable(way, world.env.PATH)) });
  return checks;
}

function show(app: App, checks: readonly Check[]): void {
  const ready = checks.every(({ state }) => state !== "missing");
  app.show<readonly Check[]>("doctor", checks, {
    fields: ["id", "state", "what"],
    known: ["id", "state", "what", "cure"],
    piped: "screen",
    screen(output) {
      output.line(ready ? "A run is possible." : "A run is not possible yet.");
      for (const { id, state, what, cure } of checks) {
        const [first = "", ...more] = hanging("", what, layoutOf(output).width - WHAT_AT);
        output.line(
          "  ",
          state === "ok" ? green("ok     ") : state === "warn" ? yellow("note   ") : red("missing"),
          `  ${id.padEnd(14)}  ${first}`,
        );
        for (const line of more) output.line(`${" ".repeat(WHAT_AT)}${line}`);
        const { width } = layoutOf(output);
        for (const line of cureLines(cure ?? "", width - WHAT_AT))
          output.line(`${" ".repeat(cells(line) <= width - WHAT_AT ? WHAT_AT : LONG_CURE_AT)}${line}`);
      }
    },
  });
}

/** Where people are told. Nothing is sent: that is done before a run without anybody. */
async function reachable(way: Way, path: string | undefined): Promise<Omit<Check, "id">> {
  const problem = await problemOfWay(way, path);
  return problem === null
    ? { state: "ok", what: placeOf(way), cure: null }
    : { state: "warn", what: `${placeOf(way)}: ${problem}`, cure: "conductor config explain notify" };
}

const CURES: Readonly<Record<string, string>> = {
  git: "Install git 2.38 or newer.",
  claude: "export ANTHROPIC_API_KEY=...",
  command: "conductor config explain orchestration.agents.command.argv",
};

/** Why the configured agent is none. */
function unknownAgent(wanted: string, config: ConfigValues, agents: Agents): Pick<Check, "what" | "cure"> {
  try {
    return { what: agentName(wanted, config, agents), cure: null };
  } catch (error) {
    if (!isWerkError(error)) throw error;
    return { what: error.message, cure: "conductor config explain orchestration.agent" };
  }
}

/** The agent that a run would use: where none is ready, that is what is missing. */
function wantedAgent(config: ConfigValues, agents: Agents): string {
  try {
    return agentName(undefined, config, agents);
  } catch (error) {
    if (!isWerkError(error)) throw error;
    return agents.ids[0] ?? "";
  }
}
