import { atExpiry } from "../../model/decision-outcome.ts";
import type { JournalEvent } from "../../model/event.ts";
import type { Receipt } from "../../model/gate.ts";
import type { RunState } from "../../model/state.ts";
import { money } from "../../report/times.ts";
import type { App } from "../app.ts";
import { watching } from "./watching.ts";

export interface EventLines {
  /** `since`: the event after which it begins, for who learns late of the session; default: with what comes from now on. */
  start(session: string, since?: number): void;
  /** Prints what has happened until now. */
  catchUp(): Promise<void>;
  /** Prints what is left and stops. */
  end(): Promise<void>;
}

/**
 * One line per event of the journal, as it comes. While a card that `standing` names stands open at the prompt, lines
 * wait for its answer, so that nobody types into the middle of them.
 */
export function eventLines(app: App, standing: () => string | null = () => null): EventLines {
  let seen = 0;
  let began = 0;
  let ending = false;
  let passed: string | null = null;
  const look = async (): Promise<void> => {
    const journal = await app.journal();
    if (!(await journal.changedSince(seen))) return;
    const state = await journal.state();
    const card = standing();
    if (card !== null && !ending && state.decisions.get(card)?.state === "open") return;
    if (card !== null && card !== passed) {
      // Answered elsewhere, or the run is over: the prompt's line stays as it is.
      passed = card;
      app.output.line();
    }
    for (const event of await journal.read({ since: seen })) {
      seen = event.seq;
      const text = lineOf(event, state);
      if (text !== null) app.output.line(`${clock(Date.parse(event.at) - began)} ${text}`);
    }
  };
  const watch = watching(app, look);
  return {
    start(session, since) {
      began = app.world.now().getTime();
      app.output.line(`${clock(0)} start ${session}`);
      watch.start(async () => {
        // Only what comes from now on; the session's own start is said by others.
        seen = since ?? (await (await app.journal()).head());
      });
    },
    catchUp: () => watch.now(),
    async end() {
      ending = true;
      await watch.end();
    },
  };
}

/** `1:05`, minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What an event says to somebody who watches; null for bookkeeping. */
export function lineOf(event: JournalEvent, state: RunState): string | null {
  const taskOf = (attempt: string | null): string =>
    attempt === null ? "" : (state.attempts.get(attempt)?.task ?? attempt);
  switch (event.type) {
    case "attempt.started":
      return `claimed ${event.attempt.task} ${quoted(event.attempt.title)}`;
    case "attempt.stage":
      return event.stage === "rework"
        ? `rework ${taskOf(event.attempt)}${event.reason === null ? "" : ` ${quoted(event.reason)}`}`
        : event.stage === "running" || event.stage === "gating"
          ? `${event.stage} ${taskOf(event.attempt)}`
          : null;
    case "interaction":
      return event.kind === "completion" ? `says-done ${taskOf(event.attempt)} ${quoted(event.content)}` : null;
    case "gate.judged": {
      const { receipt } = event;
      // The same receipt may stand for another tree's turn too: it was said when it was made.
      if (state.judgements.some((one) => one.receipt === receipt.id && one.seq < event.seq)) return null;
      return event.attempt === null
        ? null
        : `gate ${taskOf(event.attempt)} gate=${receipt.gate} phase=${receipt.phase} result=${receipt.result}${measuredBy(receipt)}`;
    }
    case "loop.noticed":
      return `loop ${taskOf(event.attempt)} rule=${event.rule} rung=${event.rung}${event.agent === undefined ? "" : ` agent=${event.agent}`}${event.skipped?.length ? ` skipped=${quoted(event.skipped.join("; "))}` : ""}`;
    case "hint.given":
      return `hint ${event.task} ${quoted(event.text)} by=${event.by}`;
    case "task.unblocked":
      return `unblocked ${event.task}${event.note === null ? "" : ` ${quoted(event.note)}`} by=${event.by}`;
    case "decision.asked":
      return `asks ${event.decision.task} ${event.decision.id} ${quoted(event.decision.text)}`;
    case "decision.joined":
      return `asks-too ${event.task} ${event.decision}`;
    case "decision.overturned":
      return `overturned ${event.decision} ${quoted(event.answer)} by=${event.by}`;
    case "decision.closed": {
      const decision = state.decisions.get(event.decision);
      if (event.state === "expired" && decision !== undefined && atExpiry(decision) === "safe-default")
        return `assumed ${event.decision} ${quoted(decision.recommended ?? "")} by=${event.by}`;
      return `${event.state} ${event.decision}${event.answer === null ? "" : ` ${quoted(event.answer)}`} by=${event.by}`;
    }
    case "conflict.met":
      return `conflict ${taskOf(event.attempt)} rung=${event.rung} ${event.outcome} in=${quoted(event.paths.join(", "))} ${quoted(event.detail)}`;
    case "landing.landed":
      return `landed ${taskOf(event.attempt)} ${event.commit.slice(0, 7)}`;
    case "rollback.landed":
      return `undone ${event.rollback} ${rolledBackIn(state, event.rollback)}`;
    case "rollback.given":
      return `undo-made ${event.rollback} ${rolledBackIn(state, event.rollback)} branch=${quoted(event.branch)}`;
    case "rollback.abandoned":
      return `undo-abandoned ${event.rollback} ${quoted(event.reason)}`;
    case "task.reopened":
      return `reopened ${event.task} ${event.rollback}`;
    case "salvage.saved":
      return `saved ${taskOf(event.attempt)} ${event.ref}`;
    case "attempt.ended":
      return event.stage === "landed"
        ? null
        : `${event.stage} ${taskOf(event.attempt)}${event.reason === null ? "" : ` ${quoted(event.reason)}`}`;
    case "account.paused":
      return `limit until=${event.until} account=${quoted(event.account)} ${quoted(event.reason)}`;
    case "account.continued":
      return `limit-lifted account=${quoted(event.account)} by=${event.by}`;
    case "budget.reached":
      return `budget level=${event.level} ${quoted(event.text)}`;
    case "session.limits":
      return `limits${event.budgetUsd === null ? "" : ` budget=$${event.budgetUsd.toFixed(2)}`}${event.budgetTokens === null ? "" : ` tokens=${event.budgetTokens}`}${event.until === null ? "" : ` until=${event.until}`} by=${event.by}`;
    case "task.paused":
      return `paused ${event.task}${event.reason === null ? "" : ` ${quoted(event.reason)}`} by=${event.by}`;
    case "task.continued":
      return `continued ${event.task} by=${event.by}`;
    case "planning.failed":
      return `planning-failed ${quoted(event.sourceFile)} planner=${quoted(event.planner)} cost=${event.usage.usd === null ? "unknown" : money(event.usage.usd)} ${quoted(event.reason)}`;
    case "session.stop-requested":
      return `stop-requested by=${event.by}`;
    default:
      return null;
  }
}

/** Its tasks and who took them back. */
function rolledBackIn({ rollbacks }: RunState, rollback: string): string {
  const found = rollbacks.find(({ id }) => id === rollback);
  return `${found?.reverts.map(({ task }) => task).join(" ")} to=${found?.commit.slice(0, 7)} by=${found?.by}`;
}

/** So many names of tests stand in a line. */
const NAMED = 3;

/** ` failed=2 of=23 tests="a, b"`, ` covered=83.33%`: what a gate counted, and which tests are red or flaky. */
function measuredBy({ counts, coverage, result, failures, flaky }: Receipt): string {
  const more = failures.length > NAMED ? `, and ${failures.length - NAMED} more` : "";
  return [
    ...(counts === null ? [] : [` failed=${counts.failed} of=${counts.total}`]),
    ...(counts === null || result !== "fail" || failures.length === 0
      ? []
      : [` tests=${quoted(`${failures.slice(0, NAMED).join(", ")}${more}`)}`]),
    ...(flaky === undefined ? [] : [` flaky=${quoted(flaky.join(", "))}`]),
    ...(coverage === null ? [] : [` covered=${coverage.percent}%`]),
  ].join("");
}

const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return JSON.stringify(line.length > 160 ? `${line.slice(0, 157)}...` : line);
};
