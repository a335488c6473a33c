/** The inbox as plain text: enough on each card to decide without opening anything. Pure. */
import { counted } from "../model/counted.ts";
import { atExpiry } from "../model/decision-outcome.ts";
import { short } from "../model/short.ts";
import { someOf } from "../model/some-of.ts";
import type { Card, Inbox } from "./inbox.ts";
import { cut, hanging, spread } from "./layout.ts";
import type { TextOptions } from "./text.ts";
import { duration, momentAfter } from "./times.ts";

/** Lines without colour. Texts on the cards must be sanitised already. `now`: RFC 3339. */
export function inboxText(inbox: Inbox, now: string, { width, zone }: TextOptions): readonly string[] {
  const { cards } = inbox;
  const cutOff = inbox.interrupted === 0 ? "" : `, ${inbox.interrupted} interrupted`;
  if (cards.length === 0) {
    const stuck = inbox.stuck === 0 ? "" : ` ${inbox.stuck} failed or blocked: conductor status`;
    const said = stuck === "" ? "Nothing needs you." : "No card is open.";
    const idle = !inbox.driven && inbox.toGo + inbox.interrupted > 0;
    const running = inbox.driven ? `${inbox.working} running` : "Nothing runs";
    return [
      `${said} ${running}${cutOff}, ${inbox.toGo} to go.${stuck}${idle && stuck === "" ? " conductor status" : ""}`,
    ];
  }
  const behind = inbox.behind === 0 ? "" : ` and ${inbox.behind} behind ${inbox.holds === 1 ? "it" : "them"}`;
  const hold = cards.length === 1 ? "holds" : "hold";
  return [
    `${counted(cards.length, "card")} ${hold} ${counted(inbox.holds, "task")}${behind}. Nothing approves itself.`,
    ...cards.flatMap((card) => ["", ...cardText(card, now, { width, zone })]),
  ];
}

/** One card, and what to type. */
const cardText = (card: Card, now: string, options: TextOptions): readonly string[] => [
  ...cardBody(card, now, options),
  "",
  ...commands(card).map((line) => `    ${line}`),
];

/** A card in one line: what would be allowed stands before why it is asked, so that it is read where the end is cut. */
export function cardLine({ kind, text, evidence }: Pick<Card, "kind" | "text" | "evidence">): string {
  const [first, ...more] = evidence;
  if (kind === "question" || first === undefined) return text;
  // `class: path` as the rule has it; the path says more.
  const what = first.replace(/^([\w-]+): (.+)$/, "$2 ($1)");
  return `${what}${more.length === 0 ? "" : ` and ${more.length} more`}; ${text}`;
}

/** What there is to know of one card. */
export function cardBody(card: Card, now: string, { width, zone }: TextOptions): readonly string[] {
  const { id, kind, task, tasks } = card;
  const age = `${duration(card.ageMs)} ago`;
  const frees = `frees ${counted(card.frees.length, "task")}`;
  const inside = (text: string): readonly string[] => hanging("    ", text, width);
  const word =
    kind === "question"
      ? `QUESTION   asked by ${tasks.length > MOST_ASKERS ? `${tasks.length} tasks` : askersInWords(tasks)}`
      : `APPROVAL   ${task}`;
  const room = width - id.length - word.length - age.length - frees.length - 8;
  const title = tasks.length > 1 ? "" : ` ${cut(card.title, Math.max(8, room))}`;
  return [
    ...spread(`${id}  ${word}${title}, ${age}`, frees, width),
    ...(tasks.length > MOST_ASKERS ? inside(tasks.join(" ")) : []),
    ...inside(card.text),
    ...card.options.flatMap((option, i) => {
      const note = option === card.recommended ? "   recommended" : "";
      return hanging(`      ${i + 1}  `, `${option}${note}`, width);
    }),
    ...card.evidence.slice(0, MOST_EVIDENCE).flatMap(inside),
    ...(card.evidence.length > MOST_EVIDENCE
      ? inside(`and ${card.evidence.length - MOST_EVIDENCE} more: conductor inbox ${id} --json`)
      : []),
    ...(card.source === null
      ? []
      : hanging("    PRD   ", `${card.source.place}: "${cut(card.source.quote, MOST_QUOTE)}"`, width)),
    ...inside(gatesInWords(card)),
    ...card.aside.flatMap((one) => inside(asideInWords(one))),
    ...inside(
      `${card.reversible ? "Can be changed later." : "Cannot be changed later."} ${expiryInWords(card, now, zone)}`,
    ),
  ];
}

const MOST_EVIDENCE = 8;
const MOST_TOLD = 2;
const MOST_QUOTE = 200;
/** From here on they have a line of their own. */
const MOST_ASKERS = 3;

/** `TASK-029 and TASK-030`. */
const askersInWords = (tasks: readonly string[]): string =>
  tasks.length < 2 ? tasks.join("") : `${tasks.slice(0, -1).join(", ")} and ${tasks.at(-1)}`;

/** An answer alone does not let it go on. */
export const asideInWords = ({ task, by }: Card["aside"][number]): string =>
  `${task} is put aside by ${by}: conductor continue ${task}`;

function gatesInWords({ kind, gates, tree }: Card): string {
  if (kind === "question" || tree === null) return "";
  return gates === null
    ? `No gate has run on tree ${short(tree)} yet.`
    : `Gates ${gates.passed} of ${gates.required} on tree ${short(tree)}.`;
}

/** What happens when nobody answers. One whose time is up is still open: nothing has happened until a run looks. */
function expiryInWords(card: Card, now: string, zone: string): string {
  const { deadline } = card;
  if (deadline === null) return "It waits until you answer.";
  const at = momentAfter(deadline, now, zone);
  return Date.parse(deadline) > Date.parse(now)
    ? `No answer by ${at}: ${thenInWords(card)}.`
    : `Its time was up at ${at}: ${thenInWords(card)} as soon as a run goes on, unless you answer first.`;
}

/** What follows when nobody answers, after "No answer by ...: ". */
function thenInWords(card: Pick<Card, "kind" | "onExpiry" | "recommended" | "reversible">): string {
  const then = atExpiry(card);
  switch (then) {
    case "park":
      return "stays parked";
    case "deny":
      return "denied";
    case "safe-default":
      return `taken: ${card.recommended} [ASSUMED]`;
    default: {
      const unknown: never = then;
      throw new Error(`unknown ${JSON.stringify(unknown)}`);
    }
  }
}

function commands({ id, kind, options, scopes }: Card): readonly string[] {
  if (kind === "question")
    return options.length > 0
      ? [`conductor answer ${id} 1        conductor answer ${id} "in words"`]
      : [`conductor answer ${id} "..."`];
  return [
    `conductor review ${id}         the diff, the acceptance list, the receipts`,
    `conductor approve ${id}${scopes.length === 0 ? "" : `        add --remember run for all of ${scopesInWords(scopes)}`}`,
    `conductor reject ${id} --note "why"    goes back to the agent, branch kept`,
  ];
}

const scopesInWords = (scopes: Card["scopes"]): string =>
  someOf([...new Set(scopes.map(({ paths }) => paths.replace(/\*\*$/, "")))], 2);

/** A card as one line of plain text, for a message that any channel can carry. */
export function cardMessage(card: Card, name: string): string {
  const options = card.options.map((one, i) => `${i + 1} ${one}${one === card.recommended ? " (recommended)" : ""}`);
  const say =
    card.kind === "question"
      ? `Answer: conductor answer ${card.id} ${options.length > 0 ? "1" : '"..."'}`
      : `Look: conductor review ${card.id}  Then: conductor approve ${card.id}`;
  return [
    `[${name} ${card.session}] ${card.id} frees ${counted(card.frees.length, "task")}:`,
    card.kind === "question" ? card.text : `${card.task} ${card.text}`,
    ...card.evidence.slice(0, MOST_TOLD),
    ...(card.evidence.length > MOST_TOLD ? [`and ${card.evidence.length - MOST_TOLD} more`] : []),
    ...options,
    ...(card.deadline === null || atExpiry(card) === "park"
      ? []
      : [`No answer by ${card.deadline}: ${thenInWords(card)}.`]),
    say,
  ]
    .join(" ")
    .replace(/\s+/g, " ");
}
