/** A brief of one task for whoever works on it, no longer than he can read. */
import { z } from "zod";

/** Tokens of a brief. A token is counted as 3.5 bytes of UTF-8: most models take more text for one. */
export const BRIEF_TOKENS = { default: 4_000, least: 200, most: 1_000_000 } as const;

/** The input of `task.context`. */
export const TaskContext = z.strictObject({
  id: z.string(),
  /** Tokens. Default 4000. */
  budget: z.number().int().min(BRIEF_TOKENS.least).max(BRIEF_TOKENS.most).optional(),
});
export type TaskContext = z.infer<typeof TaskContext>;

export const BRIEF_SECTIONS = [
  "task",
  "description",
  "acceptance",
  "goal",
  "builds_on",
  "files",
  "notes",
  "waits_for_it",
] as const;
export type BriefSection = (typeof BRIEF_SECTIONS)[number];

/** `data` of `task.context`: the same for the same store, whenever it is asked for. */
export interface Brief {
  readonly id: string;
  readonly budget: number;
  /** What `text` takes; never more than the budget. */
  readonly tokens: number;
  readonly sections: readonly {
    readonly name: BriefSection;
    readonly items: readonly string[];
    /** How many more there are, for which there was no room. */
    readonly left_out: number;
  }[];
  /** Texts that are there in part. */
  readonly shortened: number;
  /** All of it as Markdown. */
  readonly text: string;
}
