import { WerkError } from "@taskwerk/contract/errors";
import { branchOf } from "../../model/branch-of.ts";
import { WAYS_TO_BEGIN } from "../../model/first-run.ts";
import { short } from "../../model/short.ts";
import { lastActive, type SessionState } from "../../model/state.ts";
import { publishVerdict } from "../../run/publish-rule.ts";
import type { App } from "../app.ts";
import { linesView } from "../lines-view.ts";
import { mayAsk, saysYes } from "../may-talk.ts";
import { openUserRepository } from "../open-repository.ts";
import { policyOf } from "../orchestrate/settings-of.ts";
import type { Verb } from "../verb.ts";
import { type PullRequest, pullRequestLines, pullRequestOf } from "./pull-request.ts";

interface Delivered {
  readonly target: string;
  readonly integration: string;
  readonly from: string;
  readonly to: string;
  /** `taken`: there was nothing to move. `checked-out`: it is yours to move, with `command`. `would-move`: --dry-run. */
  readonly state: "moved" | "taken" | "checked-out" | "would-move";
  readonly command: string | null;
  /** --pr: what to type so that it becomes a pull request. */
  readonly pullRequest: PullRequest | null;
}

interface DeliverFlags {
  readonly dryRun?: boolean;
  readonly group?: string;
  readonly as?: string;
  readonly pr?: boolean;
  readonly allowUnsandboxed?: boolean;
}

/**
 * `deliver`: moves the target up to what has landed, if it is checked out nowhere; else says what to type. `--group X`: a branch
 * with that part of it. Never pushes.
 */
export const deliverVerb: Verb<DeliverFlags> = {
  build: (command) =>
    command
      .option("--group <task>", "only one feature: its id, or its title; as a branch of yours, with what it needs")
      .option("--as <branch>", "what that branch is called (default deliver/<title>)")
      .option("--pr", "also the commands that push it and open a pull request; nothing is pushed")
      .option("--dry-run", "only say what would happen")
      .option("--allow-unsandboxed", "run the gates although no sandbox works here"),
  async run(app, _, { dryRun = false, group, as, pr = false, allowUnsandboxed = false }) {
    const session = lastActive(await (await app.journal()).state());
    if (session === undefined)
      throw new WerkError("SESSION_NOT_FOUND", "nothing has run here yet", { hint: WAYS_TO_BEGIN });
    if (group !== undefined) {
      const { deliverGroup } = await import("./deliver-group.ts");
      await deliverGroup(app, session, { group, as: as ?? null, pr, dryRun, allowUnsandboxed });
      return undefined;
    }
    if (as !== undefined)
      throw new WerkError("USAGE", "all that has landed is a branch already", {
        field: "as",
        given: as,
        hint: `It is ${branchOf(session.integration)}. A part of it:  conductor deliver --group TASK --as NAME`,
      });
    await deliverAll(app, session, { dryRun, pr });
    return undefined;
  },
};

async function deliverAll(
  app: App,
  { id, target, integration }: SessionState,
  { dryRun, pr }: { readonly dryRun: boolean; readonly pr: boolean },
): Promise<void> {
  const repository = await openUserRepository(app, [target]);
  const [from, to] = [await repository.resolve(target), await repository.resolve(integration)];
  if (from === null || to === null)
    throw new WerkError(
      "GIT_REF_NOT_FOUND",
      `there is no ${from === null ? branchOf(target) : branchOf(integration)}`,
      {
        hint: "git branch --list",
      },
    );
  const push = pr
    ? await pullRequestOf(app, repository, {
        id,
        target,
        branch: branchOf(integration),
        title: `${branchOf(integration)}, ${id}`,
      })
    : null;
  const command = `git merge --ff-only ${branchOf(integration)}`;
  const say = (state: Delivered["state"]): void =>
    app.show<Delivered>(
      "deliver",
      {
        target,
        integration,
        from,
        to,
        state,
        command: state === "checked-out" ? command : null,
        pullRequest: state === "taken" ? null : push,
      },
      VIEW,
    );
  if (await repository.isAncestor(to, from)) say("taken");
  else if (!(await repository.isAncestor(from, to)))
    throw new WerkError(
      "GIT_CONFLICT",
      `${branchOf(target)} and ${branchOf(integration)} have each moved on without the other`,
      {
        hint: `The next run merges them through the gates; or do it yourself:  git merge ${branchOf(integration)}`,
      },
    );
  else if ((await mayDeliver(app, { target, integration, dryRun: dryRun || repository.head === target })) === "checked")
    say(repository.head === target ? "checked-out" : "would-move");
  else {
    const moved = await repository.updateRef(target, to, from);
    if (moved.kind === "stale")
      throw new WerkError("GIT_CONFLICT", `${branchOf(target)} was moved by somebody else just now; nothing was done`, {
        hint: "conductor deliver",
      });
    say("moved");
  }
}

/** What the user's own rules say of it. `checked`: nothing is to be moved now. Throws POLICY_UNMET, CONFIRMATION_REQUIRED. */
async function mayDeliver(
  app: App,
  { target, integration, dryRun }: { readonly target: string; readonly integration: string; readonly dryRun: boolean },
): Promise<"checked" | "agreed"> {
  const [to, what] = [branchOf(target), branchOf(integration)];
  const verdict = publishVerdict({ target, integration }, policyOf(await app.config()));
  if (verdict.kind === "deny")
    throw new WerkError("POLICY_UNMET", `${to} is not to be moved, by ${verdict.rule}: ${verdict.reason}`, {
      hint: "Which rule says so, and why:  conductor policy show",
    });
  if (dryRun) return "checked";
  if (verdict.kind === "allow" || app.globals.yes) return "agreed";
  if (!mayAsk(app) || !(await saysYes(app, `${verdict.rule}: ${verdict.reason}. Move ${to} up to ${what}?`)))
    throw new WerkError(
      "CONFIRMATION_REQUIRED",
      `${to} was not moved: ${verdict.rule} asks first (${verdict.reason})`,
      {
        hint: "Say so:  conductor deliver --yes",
      },
    );
  return "agreed";
}

const VIEW = linesView<Delivered>(
  ({ target, integration, from, to, state, command, pullRequest }) => {
    const more = pullRequestLines(pullRequest);
    const way = `${short(from)} > ${short(to)}`;
    switch (state) {
      case "moved":
        return [`${branchOf(target)} has all of ${branchOf(integration)} now (${way}). Nothing was pushed.`, ...more];
      case "would-move":
        return [`${branchOf(target)} would move up to ${branchOf(integration)} (${way}).`, ...more];
      case "taken":
        return [`${branchOf(target)} has all that has landed already.`];
      case "checked-out":
        return [`${branchOf(target)} is checked out, so it is yours to move:`, `  ${command}`, ...more];
    }
  },
  {
    items: (data) => [{ ...data, id: data.target }],
    fields: ["target", "state"],
    known: ["target", "integration", "from", "to", "state", "command", "pullRequest"],
  },
);
