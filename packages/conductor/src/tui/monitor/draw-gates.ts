/** The receipts of a task: which gate said what of which tree, when, and why it is to be believed. Pure. */
import type { Receipt } from "../../model/gate.ts";
import { short } from "../../model/short.ts";
import { duration } from "../../report/times.ts";
import { firstShown } from "../frame.ts";
import { column, EMPTY, type Line, line, piece, type Tone, wrapped } from "../line.ts";
import { entryLine } from "./entry-line.ts";
import type { Box } from "./layout.ts";
import { type JudgedReceipt, receiptsAt } from "./receipts.ts";
import { type MonitorState, taskAt } from "./state.ts";

const TONES: Readonly<Record<Receipt["result"], Tone>> = {
  pass: "good",
  fail: "bad",
  "not-run": "yours",
  error: "bad",
};

export function drawReceipts(state: MonitorState, { width, height }: Box): readonly Line[] {
  const receipts = receiptsAt(state);
  const first = firstShown(receipts.length, state.receipt, height);
  const now = Date.parse(state.look.now);
  return receipts.slice(first, first + height).map((one, at) => {
    const { receipt, attempt, round } = one;
    const age = `${duration(now - Date.parse(one.at))} ago`;
    const counts = width >= 64 ? column(countsIn(receipt), Math.min(40, width - 58)) : "";
    return entryLine(first + at === state.receipt, width, [
      piece(column(`${attempt}.${Math.max(1, round)}`, 5), "quiet"),
      piece(column(receipt.gate, 12)),
      piece(` ${column(receipt.phase, 8)} `, "quiet"),
      piece(column(receipt.result, 8), TONES[receipt.result]),
      piece(counts),
      piece(` ${short(receipt.tree)}  ${age}`, "quiet"),
    ]);
  });
}

/** "31 of 31 tests", "83.1% covered": what a gate has counted. */
function countsIn({ counts, coverage, findings }: Receipt): string {
  return [
    ...(counts === null ? [] : [`${counts.passed} of ${counts.total} passed`]),
    ...(counts !== null && counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
    ...(coverage === null ? [] : [`${coverage.percent}% covered`]),
    ...(findings === undefined ? [] : [`${findings.errors} errors, ${findings.warnings} warnings`]),
  ].join(", ");
}

/** The receipt where the reader is, or what there is instead. */
export function drawReceipt(state: MonitorState, width: number): readonly Line[] {
  const task = taskAt(state);
  if (task === undefined) return [line("No task is chosen.", "quiet")];
  const found = receiptsAt(state)[state.receipt];
  const head = wrapped([piece(`${task.id}  `, "bold")], task.title, width, "bold");
  if (found === undefined) return [...head, EMPTY, line("No gate has run for it yet.", "quiet")];
  return [...head, ...landedLines(state, width), EMPTY, ...receiptLines(found, width)];
}

function landedLines(state: MonitorState, width: number): readonly Line[] {
  const landed = taskAt(state)?.landed ?? null;
  if (landed === null) return [];
  const passed = landed.receipts.filter(({ required, result }) => required && result === "pass").length;
  const required = landed.receipts.filter((one) => one.required).length;
  const said = `landed ${short(landed.commit)} with tree ${short(landed.tree)}: ${passed} of ${required} required gates passed on exactly this tree`;
  return wrapped([], said, width, landed.unfounded.length === 0 ? "good" : "bad");
}

function receiptLines({ receipt, attempt, round, at }: JudgedReceipt, width: number): readonly Line[] {
  const said = (label: string, text: string, tone: Tone = "plain"): readonly Line[] =>
    text === "" ? [] : wrapped([piece(label.padEnd(9), "quiet")], text, width, tone);
  const {
    gate,
    phase,
    result,
    reason,
    command,
    required,
    tree,
    durationMs,
    sandbox,
    logPath,
    failures,
    flaky,
    excerpt,
  } = receipt;
  return [
    [piece(`${gate} (${phase}): `, "bold"), piece(result, TONES[result])],
    ...said("Why", reason ?? "", TONES[result]),
    ...said("Counted", countsIn(receipt)),
    ...said("Command", command),
    ...said("Tree", tree),
    ...said("When", `${at}, took ${duration(durationMs)}, attempt ${attempt}, round ${Math.max(1, round)}`),
    ...said("Counts", required ? "required: nothing lands without it" : "not required"),
    ...said("Sandbox", sandbox),
    ...said("Failed", failures.slice(0, 20).join("\n"), result === "pass" ? "quiet" : "bad"),
    ...said("Flaky", (flaky ?? []).join("\n"), "yours"),
    ...said("Log", logPath, "quiet"),
    ...(excerpt.trim() === "" ? [] : [EMPTY, ...wrapped([piece("| ", "quiet")], excerpt.trimEnd(), width)]),
  ];
}
