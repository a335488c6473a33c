/** Why a task is not landed, as plain text. Pure. */
import { counted } from "../model/counted.ts";
import { short } from "../model/short.ts";
import { heldInWords } from "./claimed.ts";
import { hanging } from "./layout.ts";
import type { TextOptions } from "./text.ts";
import { duration, momentAfter } from "./times.ts";
import type { Why } from "./why.ts";

const LABEL = 14;
/** So many of a kind are shown; the others are counted. */
const SHOWN = 5;

/** Lines without colour. Texts must be sanitised already. `now`: RFC 3339. */
export function whyText(why: Why, now: string, { width, zone }: TextOptions): readonly string[] {
  const part = (label: string, text: string): readonly string[] =>
    text === "" ? [] : hanging(`  ${label}`.padEnd(LABEL), text.replace(/\s+/g, " ").trim(), width);
  const some = <T>(all: readonly T[], label: string, say: (one: T) => string): readonly string[] => [
    ...all.slice(-SHOWN).flatMap((one, i) => part(i === 0 ? label : "", say(one))),
    ...(all.length > SHOWN ? part("", `and ${all.length - SHOWN} before: conductor why ${why.task} --json`) : []),
  ];
  const body = [
    ...part("reason", why.reason ?? ""),
    ...part(
      "blocker",
      why.blocker === null ? "" : `${why.blocker.kind}: ${why.blocker.means}. You: ${why.blocker.cure}`,
    ),
    ...some(why.cards, "waits for", (card) => `${card.id}, ${duration(card.ageMs)} ago: ${card.text}`),
    ...some(why.after, "after", ({ id, title, state }) => `${id} ${title}: ${stateWord(state)}`),
    ...part("held", heldWith(why, now, { zone })),
    ...some(why.loops, "loops", (loop) => loopWords(loop)),
    ...some(why.failures, "gates said", (failure) => failureWords(failure)),
    ...some(why.hints, "hints", ({ text, by, at }) => `${momentAfter(at, now, zone)} ${by}: ${text}`),
    ...part("behind it", why.behind.join(" ")),
  ];
  return [...headline(why, now, { width, zone }), ...(body.length === 0 ? [] : ["", ...body])];
}

function headline(why: Why, now: string, { width, zone }: TextOptions): readonly string[] {
  const tries = why.tries === 0 ? "" : `, ${counted(why.tries, "try", "tries")}`;
  const { stage } = why;
  const where =
    stage === null ? stateWord(why.state) : `${stage.name} for ${duration(stage.sinceMs)}, by ${stage.agent}`;
  const landed = why.landed === null ? "" : ` as ${short(why.landed.commit)}, ${momentAfter(why.landed.at, now, zone)}`;
  return hanging("", `${why.task}  ${why.title}: ${where}${landed}${tries}`, width);
}

const stateWord = (state: Why["state"]): string =>
  ({ "to-go": "to go", "no-change": "nothing was changed", waiting: "waits for you" })[state as "to-go"] ?? state;

/** What a person does about a task that its agent is not given; what it asks for can also be taken from it. */
const LET_GO = "name another agent (--agent), or say that this one can (orchestration.agents.<agent>.capabilities)";

function heldWith(why: Why, now: string, layout: Pick<TextOptions, "zone">): string {
  const held = heldInWords(why, now, layout) ?? "";
  return why.held === null || why.claim !== null ? held : `${held}. You: ${LET_GO}`;
}

const RUNGS: Readonly<Record<string, string>> = {
  nudge: "it was told",
  fresh: "it began anew with a fresh context",
  "other-agent": "another agent took it",
  split: "a split was proposed",
  blocked: "you were asked",
};

const loopWords = ({ rule, rung, agent, skipped, evidence, ageMs }: Why["loops"][number]): string =>
  `${rule}, ${duration(ageMs)} ago, ${RUNGS[rung] ?? rung}${agent === null ? "" : ` (${agent})`}: ${evidence}${skipped.length === 0 ? "" : ` (not tried: ${skipped.join("; ")})`}`;

function failureWords({ gates, tests, times }: Why["failures"][number]): string {
  const names = tests.slice(0, 3).join(", ");
  const more = tests.length > 3 ? `, and ${tests.length - 3} more` : "";
  return `${times === 1 ? "once" : `${times} times the same`}: ${gates.join("; ")}${names === "" ? "" : ` (${names}${more})`}`;
}
