import type { Priority } from "@taskwerk/contract/status";
import type { Confidence } from "../../../model/plan.ts";
import type { Span } from "../../read/block.ts";
import type { PlanDocument } from "../../read/document.ts";

/** A task while the outline is being drawn; becomes a PlanTask when its key is known. */
export interface Node {
  title: string;
  description: string;
  readonly document: PlanDocument;
  /** What its source address and quote name. */
  readonly span: Span;
  /** All lines whose requirements it serves. */
  readonly lines: Span[];
  readonly acceptance: string[];
  children: Node[];
  /** Names by which the text may call it: ids, "phase 2", "1.1". Lower case. */
  readonly names: string[];
  /** Where "depends on …" is looked for. */
  readonly phrases: string[];
  /** Tasks known to come first, without a phrase. */
  readonly after: Node[];
  readonly files: readonly string[];
  /** Ids of the stories and requirements that it says it serves. */
  readonly stories: string[];
  readonly priority: Priority | null;
  readonly confidence: Confidence;
  readonly done: boolean;
  /** Listed as a task by the document itself (a checklist, T001): kept as a task at any depth. */
  readonly explicit: boolean;
  /** The list that it stands in, of tasks listed as such; moved up or not, their order is that of their own list. */
  readonly list: object | null;
  /** Spec Kit's `[P]`; null where the document does not use it. */
  parallel: boolean | null;
  readonly questions: string[];
  /** The document's own id. */
  readonly id: string | null;
}

/** A node with nothing in it yet. */
export const newNode = (from: Pick<Node, "title" | "document" | "span"> & Partial<Node>): Node => ({
  description: "",
  lines: [from.span],
  acceptance: [],
  children: [],
  names: [],
  phrases: [],
  after: [],
  files: [],
  stories: [],
  priority: null,
  confidence: "low",
  done: false,
  explicit: false,
  list: null,
  parallel: null,
  questions: [],
  id: null,
  ...from,
});
