import { join } from "node:path";
import type { ConfigValues } from "@taskwerk/config/schema";
import { WerkError } from "@taskwerk/contract/errors";
import { holdAwake } from "../../machine/awake.ts";
import { branchOf } from "../../model/branch-of.ts";
import { secretValues } from "../../model/redact.ts";
import type { RunOptions } from "../../model/run.ts";
import { placeOf } from "../../notify/place-of.ts";
import { makeSender } from "../../notify/sender.ts";
import { decide } from "../../policy/decide.ts";
import { commandRefused, commandsVerdict } from "../../run/command-rules.ts";
import { placesOf } from "../../run/context.ts";
import { type Driven, type DriveWish, drive } from "../../run/drive.ts";
import { makeFailpoint, mortalJournal } from "../../run/failpoint.ts";
import { MOST_AT_ONCE, oldFiles, removeOld } from "../../run/old-files.ts";
import { type Preflight, preflight } from "../../run/preflight.ts";
import { claudeAccount, given, listAt, numberAt, oauthTokenOf, textAt } from "../agents-of.ts";
import type { App } from "../app.ts";
import { askForCommands } from "../ask-for-commands.ts";
import { asksLess } from "../asks-less.ts";
import { CONFIG_KEYS } from "../config-keys.ts";
import { mayTalk } from "../may-talk.ts";
import { waysOf } from "../notify-fields.ts";
import { millisecondsOf } from "../plan/make-plan.ts";
import { readLayers } from "../read-config.ts";
import { ensureStore } from "../system/ensure-store.ts";
import { stateSoFar } from "../system/state-so-far.ts";
import { type CheckedWish, checkWish, type StartWish } from "./check-wish.ts";
import { configuredGates } from "./configured-gates.ts";
import { otherAgentOf } from "./other-agent.ts";
import { forecastOf, type Outlook } from "./outlook.ts";
import { asksLessInWords, askToStart, showPreflight } from "./preflight-view.ts";
import { limitsOf, portsOf, retentionOf, settingsOf, setupOf, sharingWishOf } from "./settings-of.ts";
import { splitterOf } from "./splitter.ts";
import { tellPeople, testNotice } from "./tell-people.ts";

/** `checked`: only the checks were wanted. */
export type Started =
  | { readonly kind: "driven"; readonly driven: Driven }
  | {
      readonly kind: "checked";
      readonly preflight: Preflight;
      readonly options: RunOptions;
      readonly outlook: Outlook;
    };

/** Checks everything, asks where that is needed, and drives the run to its end. The machine is held awake all the while. */
export async function startRun(app: App, start: StartWish): Promise<Started> {
  const wish = await checkWish(app, start);
  const { env, pid } = app.world;
  const awake = start.scripted ? null : await holdAwake({ path: env.PATH, platform: process.platform, pid, env });
  try {
    return await checkAndDrive(app, start, wish, awake?.problem ?? null);
  } finally {
    await awake?.release();
  }
}

async function checkAndDrive(
  app: App,
  start: StartWish,
  { config, repository, agents, agentInfo, options, attended, limits, wants, tasks }: CheckedWish,
  sleeps: string | null,
): Promise<Started> {
  const { flags, resume, scripted = false, onStart } = start;
  const { world } = app;
  const account = claudeAccount(app, config);
  const setup = setupOf(config, world.env);
  const handed = { ...setup?.env, ...given(world.env, listAt(config, "orchestration.agents.command.env")) };
  const secrets = [account.apiKey, oauthTokenOf(app), ...secretValues(Object.values(handed))].filter(
    (value) => value !== "",
  );
  const settings = settingsOf(config, options.agent);
  const places = placesOf(settings.caps, options.concurrency);
  const checked = await preflight({
    repository,
    stateDir: app.stateDir,
    env: world.env,
    agent: agents.get(options.agent),
    agentInfo,
    minCoverage: numberAt(config, "orchestration.workflow.min_coverage"),
    minChangedCoverage:
      numberAt(config, "orchestration.workflow.min_changed_coverage") ??
      CONFIG_KEYS["orchestration.workflow.min_changed_coverage"].default,
    requireTests: options.requireTests,
    requireGreenBase: flags.requireGreenBase ?? false,
    gateTimeoutMs: millisecondsOf(
      textAt(config, "gates.timeout") ?? CONFIG_KEYS["gates.timeout"].default,
      "gates.timeout",
    ),
    configured: await configuredGates(app.configPlaces),
    setup,
    policy: settings.policy,
    mayRun: async (commands) => {
      const verdict = commandsVerdict(commands, settings.policy);
      if (verdict.kind === "ask" && scripted) return;
      if (verdict.kind === "ask" && !attended) throw commandRefused(verdict);
      await askForCommands(app, verdict);
    },
    secrets,
    mayInclude: listAt(config, "setup.include"),
    concurrency: places,
    ports: portsOf(config, app.stateDir),
    limits: limitsOf(config),
    share: sharingWishOf(config),
    newId: world.newId,
    now: world.now,
    signal: world.interrupted,
    onProgress: (line) => {
      if (world.stderrIsTTY && !scripted) app.note(line);
    },
  });
  const otherAgent = await otherAgentOf(app, { config, agents, agent: options.agent });
  const verdict = decide(
    {
      kind: "run",
      auto: limits.auto,
      sandbox: checked.sandbox.level,
      unsandboxedAllowed: flags.allowUnsandboxed ?? false,
      // Any limit that holds is one.
      budgetUsd: limits.budgetUsd ?? options.budgetTokens ?? null,
      until: limits.until,
      scripted,
      about: {
        // Who may take a task over works here, too.
        actors: [options.agent, ...(otherAgent === null ? [] : [otherAgent.id])],
        target: branchOf(checked.target),
        commands: [...checked.gates.map(({ run }) => run), ...(setup === null ? [] : [setup.command])],
      },
    },
    settings.policy,
  );
  if (verdict.kind === "deny" || (verdict.kind === "ask" && !attended && !scripted))
    throw new WerkError(verdict.rule === "sandbox" ? "SANDBOX_REQUIRED" : "POLICY_UNMET", `${verdict.reason}`, {
      hint: cureFor(verdict.rule, checked.sandbox.cure),
    });
  if (world.interrupted.aborted) throw new Error("interrupted during the checks");
  const ways = scripted ? [] : waysOf(config);
  const sender = makeSender({
    ways,
    env: world.env,
    secrets: checked.secrets,
    now: world.now,
    onFailure: ({ to, problem }) => app.note(`${to} could not be told: ${problem}`),
  });
  const outlook: Outlook = {
    places,
    tries: settings.maxRounds,
    taskMs: settings.maxTaskMs,
    forecast: forecastOf(await stateSoFar(app), { checked, options, settings, tasks, wants, now: world.now() }),
    // Nobody sits there who would see what waits: what is to reach people is tried.
    tells:
      limits.auto && ways.length > 0
        ? await sender.test(testNotice(app))
        : ways.map((way) => ({ kind: way.kind, to: placeOf(way) })),
    asksLess: asksLess((await readLayers(app.configPlaces)).layers),
    sleeps,
  };
  if (!scripted) showPreflight(app, checked, options, outlook);
  if (!scripted && !mayTalk(app.output)) app.note(`paid by ${checked.agentInfo.paidBy}`);
  // Where there is no screen it is said all the same.
  for (const { to, problem } of mayTalk(app.output) ? [] : outlook.tells)
    if (problem) app.note(`${to} could not be told: ${problem}`);
  if (!mayTalk(app.output) && outlook.asksLess.length > 0) app.note(asksLessInWords(outlook.asksLess));
  if (attended && !scripted && !flags.dryRun) await askToStart(app);
  if (flags.dryRun) return { kind: "checked", preflight: checked, options, outlook };

  await ensureStore(app);
  const wish: DriveWish = {
    journal: mortalJournal(await app.journal(true), world.env.CONDUCTOR_FAIL_AT, world.die),
    connection: await app.connection(),
    preflight: checked,
    settings,
    otherAgent,
    splitTask: await splitterOf(app, config),
    secrets: checked.secrets,
    stateDir: app.stateDir,
    session: resume === null ? { kind: "new", options } : { kind: "resume", id: resume, options },
    wants,
    now: world.now,
    newId: world.newId,
    failpoint: makeFailpoint(world.env.CONDUCTOR_FAIL_AT, world.die),
    onDefect: (error) =>
      app.note(
        error instanceof Error ? (app.globals.debug ? (error.stack ?? error.message) : error.message) : String(error),
      ),
    onStart: ({ id }) => {
      telling.start();
      onStart?.(id);
    },
    interrupted: world.interrupted,
  };
  const telling = tellPeople(app, ways.length === 0 ? null : sender);
  try {
    const driven = await drive(wish);
    await pruneOld(wish, config);
    return { kind: "driven", driven };
  } catch (error) {
    telling.failed(error);
    throw error;
  } finally {
    await telling.end();
  }
}

/** What to type when policy does not let a run begin. */
function cureFor(rule: string, sandboxCure: string | null): string {
  if (rule !== "sandbox") return "Which rule says so, and why:  conductor policy show";
  return sandboxCure === null
    ? "If that is meant:  --allow-unsandboxed"
    : `${sandboxCure}\nor, if that is meant:  --allow-unsandboxed`;
}

/** Frees what earlier runs have kept for long enough; what cannot be removed spoils no run. */
async function pruneOld({ journal, stateDir, now, onDefect }: DriveWish, config: ConfigValues): Promise<void> {
  const driven = (await journal.currentDriver()) !== null;
  const wish = { stateDir, state: await journal.state(), retention: retentionOf(config), now: now(), driven };
  await oldFiles(wish)
    .then((files) => removeOld(files, MOST_AT_ONCE), onDefect)
    .catch(onDefect);
}

/** Where a background run writes what it has to say. */
export const backgroundLog = (app: App): string => join(app.stateDir, "background.log");
