import { WerkError } from "@taskwerk/contract/errors";
import type { Output } from "@taskwerk/terminal/output";
import { sanitise } from "@taskwerk/terminal/sanitise";
import { branchOf } from "../../model/branch-of.ts";
import { counted } from "../../model/counted.ts";
import { short } from "../../model/short.ts";
import type { SessionState } from "../../model/state.ts";
import { cut, wrap } from "../../report/layout.ts";
import { type DeliveredPart, deliveredBefore, type PartPlan } from "../../run/deliver-part.ts";
import { sessionActive } from "../../run/drive.ts";
import { makeFailpoint, mortalJournal } from "../../run/failpoint.ts";
import { planDelivery } from "../../run/plan-delivery.ts";
import { makeTasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { groupNamed, type NamedGroup } from "../group-named.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { commitsOf } from "../orchestrate/settings-of.ts";
import { courtOf } from "./court-of.ts";
import { gatesGreen } from "./gates-green.ts";
import { inCourt } from "./in-court.ts";
import { type PullRequest, pullRequestLines, pullRequestOf } from "./pull-request.ts";

export interface GroupWish {
  readonly group: string;
  readonly as: string | null;
  readonly pr: boolean;
  readonly dryRun: boolean;
  readonly allowUnsandboxed: boolean;
}

interface DeliveredGroup {
  readonly group: Pick<NamedGroup, "id" | "title">;
  readonly target: string;
  readonly integration: string;
  /** The commit of the target that it follows on. */
  readonly from: string;
  /**
   * `there`: the branch holds exactly this already. `everything`: it needs all that has landed, so no branch is made. `taken`: the
   * target has all of it.
   */
  readonly state: "made" | "there" | "would-make" | "everything" | "taken";
  readonly branch: string | null;
  /** In the order in which they landed. */
  readonly picks: readonly {
    readonly task: string;
    readonly title: string;
    readonly why: string;
    /** It belongs to the feature; else it comes along because that needs it. */
    readonly own: boolean;
    readonly landing: string;
    /** null as long as none is made. */
    readonly commit: string | null;
  }[];
  /** Tasks of the group that have not landed, and landed ones of others that stay behind. */
  readonly notLanded: readonly string[];
  readonly stays: readonly string[];
  /** Files that decide how work is judged, and that are otherwise there. */
  readonly gateFiles: readonly string[];
  readonly receipts: readonly { readonly gate: string; readonly result: string; readonly id: string }[];
  readonly pullRequest: PullRequest | null;
}

/**
 * A branch with the target, the landed work of one feature, and what that needs, once the gates agree. Nothing else is moved, and
 * nothing is pushed. Throws as `planDelivery` and `deliverPart` do.
 */
export async function deliverGroup(app: App, session: SessionState, wish: GroupWish): Promise<void> {
  const { target, integration } = session;
  const state = await (await app.journal()).state();
  const all = await makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 }).all();
  const group = groupNamed(all, wish.group);
  const repository = await openUserRepository(app);
  const place = { group: group.id, tasks: group.tasks, target, integration };
  const plan = await planDelivery({ repository, state, tasks: all }, place);
  const landed = new Set(state.landings.map(({ task }) => task));
  const base: DeliveredGroup = {
    group: { id: group.id, title: group.title },
    target,
    integration,
    from: plan.from,
    state: "taken",
    branch: null,
    picks: [],
    notLanded: all
      .filter(({ id, children, status }) => group.tasks.includes(id) && children.length === 0 && status !== "cancelled")
      .filter(({ id, status }) => !landed.has(id) && status !== "done")
      .map(({ id }) => id),
    stays: [],
    gateFiles: [],
    receipts: [],
    pullRequest: null,
  };
  const show = (more: Partial<DeliveredGroup>): void => app.show<DeliveredGroup>("deliver", { ...base, ...more }, VIEW);
  if (plan.kind !== "part") {
    show({ state: plan.kind });
    return;
  }
  const branch = wish.as ?? `deliver/${group.slug}`;
  refuseName(branch);
  const { gateFilesBetween } = await import("../../run/judge-result.ts");
  const { makeGateSets } = await import("../../run/gate-set.ts");
  const { gates } = await courtOf(app, await app.config(), repository);
  const title = sanitise(group.title).replace(/\s+/g, " ").trim().slice(0, 100);
  const known = {
    branch,
    picks: picksOf(plan, group, null),
    stays: plan.stays,
    gateFiles: await gateFilesBetween(makeGateSets(repository, gates), plan.from, plan.result),
    pullRequest: wish.pr ? await pullRequestOf(app, repository, { id: session.id, target, branch, title }) : null,
  };
  const before = await deliveredBefore(repository, plan, branch);
  if (before !== null) show({ ...known, state: "there", picks: picksOf(plan, group, before) });
  else if (wish.dryRun) show({ ...known, state: "would-make" });
  else {
    const { commits, receipts } = await makeIt(app, plan, { ...wish, branch, group: group.id });
    const said = receipts.map(({ gate, result, id }) => ({ gate, result, id }));
    show({ ...known, state: "made", picks: picksOf(plan, group, commits), receipts: said });
  }
}

/** While nobody drives: a run that begins removes checkouts that are nobody's. */
async function makeIt(
  app: App,
  plan: PartPlan,
  { branch, group, allowUnsandboxed }: Pick<GroupWish, "group" | "allowUnsandboxed"> & { readonly branch: string },
): Promise<DeliveredPart> {
  const journal = await app.journal();
  const claim = await journal.acquireDriver(null);
  if (claim.kind === "held") throw sessionActive(claim.by);
  try {
    const { env, die, interrupted: signal } = app.world;
    const { openForRun } = await import("../../run/preflight.ts");
    const repository = await openForRun({
      root: app.repositoryRoot(),
      stateDir: app.stateDir,
      env,
      commits: commitsOf(await app.config()),
      mayMove: [`refs/heads/${branch}`],
    });
    const wanted = env.CONDUCTOR_FAIL_AT;
    const mortal = { journal: mortalJournal(journal, wanted, die), failpoint: makeFailpoint(wanted, die) };
    return await inCourt(app, repository, { base: plan.from, allowUnsandboxed }, async (court) => {
      const { deliverPart } = await import("../../run/deliver-part.ts");
      return deliverPart({ ...court, ...mortal, repository, signal }, plan, { branch, group });
    });
  } finally {
    await journal.releaseDriver();
  }
}

const picksOf = ({ picks }: PartPlan, group: NamedGroup, commits: readonly string[] | null): DeliveredGroup["picks"] =>
  picks.map(({ landing, title, why }, at) => ({
    task: landing.task,
    title,
    why,
    own: group.tasks.includes(landing.task),
    landing: landing.commit,
    commit: commits?.[at] ?? null,
  }));

/** What landings go to is conductor's own. */
function refuseName(branch: string): void {
  if (!branch.startsWith("conductor/")) return;
  throw new WerkError("USAGE", `${branch} would be one of conductor's own branches`, {
    field: "as",
    given: branch,
    hint: "Another name:  --as deliver/NAME",
  });
}

const VIEW = linesView<DeliveredGroup>((data, output) => linesOf(data, output), {
  items: ({ picks }) => picks.map((one) => ({ ...one, id: one.task })),
  fields: ["task", "landing", "commit"],
  known: ["task", "title", "why", "own", "landing", "commit"],
});

function linesOf(data: DeliveredGroup, output: Output): readonly string[] {
  const { group, target, integration, from, state, branch, picks, receipts, stays, gateFiles, notLanded } = data;
  const { width } = layoutOf(output);
  const name = branchOf(target);
  const open = notLanded.length === 0 ? [] : wrap(`Not landed yet: ${notLanded.join(", ")}`, width);
  const commits = counted(picks.length, "commit");
  switch (state) {
    case "taken":
      return [`${name} has all that has landed of ${group.id} already.`, ...open];
    case "everything":
      return [
        `${group.id} needs all that has landed on ${branchOf(integration)}, so there is no part to take.`,
        ...open,
        "Take all of it   conductor deliver",
      ];
    case "made":
    case "there":
    case "would-make":
      break;
    default: {
      const unknown: never = state;
      return [unknown];
    }
  }
  const head = {
    made: `Made ${branch}: ${commits} on ${name} (${short(from)}), ${gatesGreen(receipts)}. Nothing was pushed.`,
    there: `${branch} has exactly this already: ${commits} on ${name} (${short(from)}).`,
    "would-make": `${branch} would have ${commits} on ${name} (${short(from)}), once the gates agree.`,
  }[state];
  const id = Math.max(...picks.map(({ task }) => task.length));
  return [
    ...wrap(head, width),
    ...picks.flatMap(({ task, title, why, own, commit, landing }) => [
      `  ${short(commit ?? landing)}  ${task.padEnd(id)}  ${cut(title, width - id - 13)}`,
      ...(own ? [] : [`  ${" ".repeat(id + 11)}${cut(why, width - id - 13)}`]),
    ]),
    ...(gateFiles.length === 0 ? [] : wrap(`How work is judged changes with it: ${gateFiles.join(", ")}`, width)),
    ...open,
    ...(stays.length === 0 ? [] : wrap(`Stays on ${branchOf(integration)}: ${stays.join(", ")}`, width)),
    ...(state === "would-make" || !output.isTTY ? [] : [`Take it   git merge --ff-only ${branch}`]),
    ...pullRequestLines(data.pullRequest),
  ];
}
