/** What is told on stderr while a model plans: who pays, what it may cost, how far it is, what it has cost. */
import { escapeJson } from "@taskwerk/terminal/sanitise";
import type { Usage } from "../../model/agent.ts";
import { counted } from "../../model/counted.ts";
import type { Planning } from "../../model/planning.ts";
import type { PriceTable } from "../../model/price.ts";
import type { PlanningEstimate } from "../../plan/planners/model/estimate.ts";
import type { PlanInput, PlanProgress } from "../../plan/planners/planner.ts";
import type { App } from "../app.ts";
import type { ChosenPlanner } from "./planner-of.ts";

export interface PlanningNews {
  /** Before the first question. */
  begin(input: PlanInput): void;
  progress(progress: PlanProgress): void;
  /** `stopped`: without a plan, and what was answered is kept. `rejected`: its drafts broke rules and are forgotten. */
  end(how: "done" | "stopped" | "rejected"): void;
  /** What was used until now; null = there is no model to ask. */
  used(): Planning | null;
}

/** Tells in lines for people, or one JSON document a line where stdout carries JSON; nothing with `-q` or for a planner without a model. */
export async function planningNews(
  app: App,
  { planner, paidBy, payer, subscription }: ChosenPlanner,
  prices: PriceTable,
): Promise<PlanningNews> {
  const { estimatePlanning } = await import("../../plan/planners/model/estimate.ts");
  const json = app.output.format === "json" || app.output.format === "ndjson";
  const model = planner.model ?? "";
  let last: PlanProgress | null = null;
  let told = "";
  const silent = app.output.quiet || paidBy === null;
  const say = (event: string, data: object, text: string): void => {
    if (silent || (!json && text === told)) return;
    told = text;
    app.note(json ? escapeJson(JSON.stringify({ event: `plan.${event}`, ...data })) : text);
  };
  return {
    begin(input) {
      say(
        "paid-by",
        { planner: planner.name, model, paid_by: paidBy, subscription },
        `planned by ${planner.name}, ${model}; paid by ${paidBy}`,
      );
      const estimate = estimatePlanning(input, model, prices);
      const { budgetUsd = null } = input;
      const limit = budgetUsd === null ? "" : `; it stops before ${dollars(budgetUsd)}`;
      say("estimate", { ...estimate, budgetUsd }, `estimate: ${inWords(estimate, subscription)}${limit}`);
    },
    progress(progress) {
      last = progress;
      const { level, calls, tasks, usage, kept = 0, about, waiting } = progress;
      const sofar = [
        ...(calls > 0 ? [counted(calls, "call")] : []),
        ...(kept > 0 ? [`${kept} kept`] : []),
        ...(tasks > 0 ? [counted(tasks, "task")] : []),
        ...(calls > 0 ? [`${amount(tokensOf(usage))} tokens`, dollars(usage.usd)] : []),
      ];
      const data = { level, calls, kept, tasks, usage, about: about ?? null, waiting: waiting ?? null };
      if (waiting !== undefined)
        say("waiting", data, `waiting ${Math.ceil(waiting.inMs / 1000)} s: ${oneLine(waiting.reason, 60)}`);
      else if (about !== undefined) {
        const numbers = [`level ${level}`, ...sofar].join("  ");
        const room = Math.max(10, Math.min(200, app.output.errorWidth) - numbers.length - 2);
        say(
          "asking",
          data,
          `${numbers}  ${oneLine(level === 0 ? "correcting the plan" : (about ?? "the documents"), room)}`,
        );
      } else if (json) say("progress", data, "");
    },
    end(how) {
      if (last === null) return;
      const { calls, usage, kept = 0, answered = 0, unkept = false } = last;
      const cost = `${counted(calls, "call")}, ${amount(tokensOf(usage))} tokens${kept > 0 ? `, ${counted(kept, "answer")} kept from before` : ""}`;
      const money =
        usage.usd === null
          ? "planning cost is not known: there is no price for this model"
          : subscription
            ? `planning took what would cost ${dollars(usage.usd)} with a key`
            : `planning cost ${dollars(usage.usd)}`;
      say("cost", { calls, kept, answered, usage, end: how }, `${money} (${cost})`);
      if (unkept) say("unkept", {}, `answers cannot be kept in ${app.stateDir}: the next run asks them all again`);
      else if (how === "stopped" && answered + kept > 0)
        say(
          "stopped",
          { answers: answered + kept },
          `${counted(answered + kept, "answer")} kept: the same command goes on from there`,
        );
    },
    used: () =>
      last === null || planner.model === null ? null : { calls: last.calls, usage: last.usage, paidBy: payer },
  };
}

function inWords({ calls, tokens, usd }: PlanningEstimate, subscription: boolean): string {
  const money =
    usd === null
      ? "cost unknown: there is no price for this model"
      : `${dollars(usd[0])} to ${dollars(usd[1])}${subscription ? " by list prices" : ""}`;
  return `${calls[0]} to ${calls[1]} calls, ${amount(tokens[0])} to ${amount(tokens[1])} tokens, ${money} (rough)`;
}

const tokensOf = (usage: Usage): number =>
  usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/** 950, 12k, 1.3M. */
const amount = (count: number): string =>
  count < 1_000 ? String(count) : count < 1_000_000 ? `${Math.ceil(count / 1_000)}k` : `${(count / 1e6).toFixed(1)}M`;

/** Rounded up to the cent, as costs are. */
const dollars = (usd: number | null): string =>
  usd === null ? "cost unknown" : `$${(Math.ceil(usd * 100 - 1e-9) / 100).toFixed(2)}`;

function oneLine(text: string, room: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > room ? `${line.slice(0, room - 3)}...` : line;
}
