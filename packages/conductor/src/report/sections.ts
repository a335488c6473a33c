/** What a report says, in which order: one fold, of which the text and the Markdown are two ways to write it down. Pure. */
import { counted } from "../model/counted.ts";
import { short } from "../model/short.ts";
import type { Need } from "./needs.ts";
import { prices } from "./prices.ts";
import { proofs } from "./proofs.ts";
import type { Report } from "./report.ts";
import { money } from "./times.ts";
import { type Way, waysOf } from "./ways.ts";

export interface LandedRow {
  readonly commit: string;
  readonly id: string;
  readonly title: string;
  readonly gates: string;
  readonly cost: string;
}

export interface TakenBackRow {
  readonly commit: string;
  readonly id: string;
  readonly title: string;
  /** What its commit takes back, and who did it. */
  readonly note: string;
}

/** `needs` may be empty, which is said as well; of the others there is always something in them. */
export type Section =
  | { readonly kind: "needs"; readonly title: "FOR YOU"; readonly needs: readonly Need[] }
  | { readonly kind: "ways"; readonly title: "TAKE IT"; readonly ways: readonly Way[] }
  | { readonly kind: "landed"; readonly title: "LANDED" | "LANDED BEFORE"; readonly rows: readonly LandedRow[] }
  | { readonly kind: "taken-back"; readonly title: "TAKEN BACK"; readonly rows: readonly TakenBackRow[] }
  | {
      readonly kind: "figures";
      readonly title: "PROVEN" | "COST";
      readonly rows: readonly (readonly [name: string, text: string])[];
    };

/** First what needs the reader, then what there is, why to believe it, and the price. */
export function sectionsOf(report: Report): readonly Section[] {
  const sections: readonly Section[] = [
    { kind: "needs", title: "FOR YOU", needs: report.needs },
    { kind: "ways", title: "TAKE IT", ways: waysOf(report) },
    { kind: "landed", title: "LANDED", rows: landedIn(report, true) },
    { kind: "landed", title: "LANDED BEFORE", rows: landedIn(report, false) },
    {
      kind: "taken-back",
      title: "TAKEN BACK",
      rows: report.takenBack.map(({ commit, task, title, landing, by }) => ({
        ...{ commit: short(commit), id: task, title },
        note: `was ${short(landing)}, by ${by}`,
      })),
    },
    { kind: "figures", title: "PROVEN", rows: proofs(report) },
    { kind: "figures", title: "COST", rows: prices(report) },
  ];
  return sections.filter(
    (one) => one.kind === "needs" || (one.kind === "ways" ? one.ways.length > 0 : one.rows.length > 0),
  );
}

/** In the order in which it landed. */
function landedIn({ tasks, session }: Report, now: boolean): readonly LandedRow[] {
  const inOrder = tasks.toSorted((a, b) => (a.landed?.at ?? "").localeCompare(b.landed?.at ?? ""));
  return inOrder.flatMap(({ id, title, landed, reds, costUsd }) => {
    if (landed === null || (landed.session === session.id) !== now) return [];
    const required = landed.receipts.filter((one) => one.required);
    const passed = required.filter(({ result }) => result === "pass").length;
    const gates = `${passed} of ${counted(required.length, "gate")}${reds > 0 ? ", after rework" : ""}`;
    return [{ commit: short(landed.commit), id, title, gates, cost: money(costUsd) }];
  });
}
