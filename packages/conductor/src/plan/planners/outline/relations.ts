/** "depends on …", "after …", "A blocks B": what a text says about the order of tasks. Pure. */
import { plainText } from "../../sections/inline.ts";
import type { Node } from "./node.ts";

const STOP = new Set([
  "the",
  "a",
  "an",
  "of",
  "to",
  "and",
  "for",
  "in",
  "on",
  "with",
  "is",
  "are",
  "be",
  "been",
  "has",
  "have",
  "done",
  "task",
  "tasks",
]);
const words = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !STOP.has(word));

/** Keywords that always speak of tasks, and those that often speak of something else. */
const FIRM = /\b(?:depends? (?:up)?on|dependent on|blocked by|prerequisites?|dependenc(?:y|ies)(?=:)):?\s+/gi;
const LOOSE = /\b(?:after|requires?|needs|once|follows|builds (?:up)?on)\s+/gi;
/** Most questions that one task leaves about its order. */
const MOST_QUESTIONS = 3;
const BLOCKS = /\b(?:blocks?)\s+/i;
const RANGE = /\b([A-Z]{1,4}-?)(\d{1,4})\s*(?:-|–|—|\.\.|to|through)\s*(?:\1)?(\d{1,4})\b/;

/** Finds tasks by what texts call them. */
export interface Names {
  /** Tasks that the words name exactly: an id, a range of ids, a number, a whole title. */
  exact(words: string): readonly Node[];
  /** The one task whose title has all of these words; null when none or several. */
  near(words: string): Node | null;
}

/** An index over all nodes. */
export function namesOf(nodes: readonly Node[]): Names {
  const byName = new Map<string, Node>();
  const byTitle = new Map<string, Node | null>();
  const byWord = new Map<string, Set<Node>>();
  for (const node of nodes) {
    for (const name of node.names) if (!byName.has(name)) byName.set(name, node);
    const parts = words(node.title);
    const title = parts.join(" ");
    byTitle.set(title, byTitle.has(title) ? null : node);
    for (const word of parts) byWord.set(word, (byWord.get(word) ?? new Set()).add(node));
  }
  return {
    exact(text) {
      const range = RANGE.exec(text);
      if (range !== null) {
        const [, prefix = "", from = "", to = ""] = range;
        const count = Number(to) - Number(from);
        if (count > 0 && count <= 100) {
          const ids = Array.from(
            { length: count + 1 },
            (_, n) => `${prefix}${String(Number(from) + n).padStart(from.length, "0")}`,
          );
          return ids.flatMap((id) => byName.get(id.toLowerCase()) ?? []);
        }
      }
      const low = text.toLowerCase().trim();
      const direct =
        byName.get(low) ??
        byName.get(
          low.replace(
            /^(?:the )?(?:section|clause|chapter|task|step|item|requirement|component|feature|story|part|module|epic|#|§)\s*/,
            "",
          ),
        );
      if (direct !== undefined) return [direct];
      const ids = (text.match(/\b[A-Z]{1,6}(?:-[A-Z]{1,6})?-?\d{1,5}\b/g) ?? []).flatMap(
        (id) => byName.get(id.toLowerCase()) ?? [],
      );
      if (ids.length > 0) return ids;
      const title = byTitle.get(words(text).join(" "));
      return title === undefined || title === null ? [] : [title];
    },
    near(text) {
      const wanted = words(text);
      if (wanted.length === 0 || wanted.length > 12) return null;
      const sets = wanted.map(
        (word) => byWord.get(word) ?? byWord.get(`${word}s`) ?? byWord.get(word.replace(/s$/, "")),
      );
      if (sets.some((set) => set === undefined)) return null;
      const [first, ...rest] = sets as Set<Node>[];
      const all = [...(first ?? [])].filter((node) => rest.every((set) => set.has(node)));
      return all.length === 1 ? (all[0] ?? null) : null;
    },
  };
}

/** What the words after a keyword name: up to the end of the clause, cut at commas and "and". */
function referencesIn(tail: string): readonly string[] {
  const clause = /^(?:[^.;)\]]|\.(?=\w))*/.exec(tail.slice(0, 300))?.[0] ?? "";
  return clause
    .split(/,|\band\b|&|\+/)
    .map((part) => part.replace(/["'“”‘’]/g, "").trim())
    .filter((part) => part !== "");
}

/**
 * Adds to `node.after` what its phrases name. "depends on X" also finds a task by some words of its title and, when it finds
 * none, leaves a question; "after X" and the like count only when X names a task exactly, as they mostly mean other things.
 */
export function readRelations(node: Node, names: Names): void {
  for (const phrase of node.phrases) {
    const text = plainText(phrase);
    for (const match of text.matchAll(FIRM)) {
      const references = referencesIn(text.slice(match.index + match[0].length));
      for (const [index, reference] of references.entries()) {
        const exact = names.exact(reference);
        const found = exact.length > 0 ? exact : [names.near(reference)].filter((one) => one !== null);
        for (const other of found) link(node, other);
        if (
          found.length === 0 &&
          index === 0 &&
          node.questions.length < MOST_QUESTIONS &&
          !/^(?:none|nothing|n\/a|-)$|\.[a-z]{1,5}\b/i.test(reference)
        ) {
          node.questions.push(`"depends on ${reference.slice(0, 100)}": which task is that?`);
        }
      }
    }
    for (const match of text.matchAll(LOOSE)) {
      for (const reference of referencesIn(text.slice(match.index + match[0].length))) {
        for (const other of names.exact(reference)) link(node, other);
      }
    }
  }
}

/** "Setup (T001-T003) blocks T010", "Crawler: depends on Parser": order between tasks that a note names. */
export function readOrderNote(note: string, names: Names): void {
  const text = plainText(note);
  const depends = /^(.{2,80}?)\s*[:–—-]?\s+(?:all |each )?depends? on\s+(.{2,200})/i.exec(text);
  if (depends !== null) {
    const named = (words: string) => {
      const inner = /\(([^()]{2,60})\)/.exec(words)?.[1];
      const exact = names.exact(inner ?? words);
      return exact.length > 0 ? exact : [names.near(words.replace(/\bcompletion\b/, ""))].filter((one) => one !== null);
    };
    const later = [...named(depends[1] ?? ""), ...laterPhases(depends[1] ?? "", names)];
    for (const reference of referencesIn(depends[2] ?? ""))
      for (const one of later) for (const earlier of named(reference)) link(one, earlier);
  }
  const match = BLOCKS.exec(text);
  if (match === null) return;
  const subject = text.slice(Math.max(0, match.index - 120), match.index).trim();
  const first = names.exact(/\(([^()]{2,60})\)$/.exec(subject)?.[1] ?? subject);
  for (const reference of text.slice(match.index + match[0].length).split(/\band\b|,/)) {
    for (const later of names.exact(reference)) for (const earlier of first) link(later, earlier);
  }
}

/**
 * "Setup (T001-T003) blocks everything else": what waits for nothing yet waits for those of them that come last. Read when all
 * other order is known.
 */
export function readBlocksAll(note: string, names: Names, all: readonly { readonly node: Node }[]): void {
  const text = plainText(note);
  const match = /\bblocks? (?:everything|all (?:other|others|else|the rest)\b|all tasks)/i.exec(text);
  if (match === null) return;
  const subject = text.slice(Math.max(0, match.index - 120), match.index).trim();
  const first = names.exact(/\(([^()]{2,60})\)$/.exec(subject)?.[1] ?? subject);
  const last = first.filter((node) => !first.some((other) => other.after.includes(node)));
  for (const { node } of all) {
    if (first.includes(node) || node.children.length > 0 || node.after.length > 0) continue;
    for (const earlier of last) link(node, earlier);
  }
}

/** "User Stories (Phase 3+)", "Phase 3 and later": every phase from there on that says nothing else. */
function laterPhases(text: string, names: Names): readonly Node[] {
  const from =
    /\b(phase|milestone|stage|sprint|iteration|step)\s+(\d{1,2})\s*(?:\+|and (?:later|after|up)|onwards?)/i.exec(text);
  if (from === null) return [];
  const found: Node[] = [];
  for (let number = Number(from[2]); ; number += 1) {
    const [phase] = names.exact(`${from[1]} ${number}`);
    if (phase === undefined) return found;
    found.push(phase);
  }
}

function link(later: Node, earlier: Node): void {
  if (later !== earlier && !later.after.includes(earlier)) later.after.push(earlier);
}
