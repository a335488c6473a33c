/** What is asked about changes that the file does not have. Pure. */
import { counted } from "../../model/counted.ts";
import { replacePlan } from "../../plan/editing.ts";
import type { LeftEdit } from "../../plan/review-session.ts";
import { isUnsaved, type Option, type Pressed, type ReviewState, say, TREE, withEditing } from "./state.ts";

/** Whether to leave with changes that are not saved. */
export function askLeave(state: ReviewState): Pressed {
  if (!isUnsaved(state)) return { state, effect: "leave" };
  const options: readonly Option[] = [
    { key: "s", label: "save", take: (now) => ({ state: { ...now, mode: TREE }, effect: "save-and-leave" }) },
    { key: "d", label: "throw away", take: (now) => ({ state: now, effect: "forget-and-leave" }) },
  ];
  const changes = changesOf(state);
  const question = `Not saved${changes === null ? "" : `: ${counted(changes, "change")}`}.`;
  return { state: { ...state, mode: { kind: "choose", question, options, canLeave: true } } };
}

/** How many steps it is from what the file holds; null where that was left behind by taking back. */
function changesOf({ editing, saved }: ReviewState): number | null {
  const since = editing.done.findLastIndex(({ before }) => before === saved);
  return since < 0 ? null : editing.done.length - since;
}

/** What to do with a file that somebody else has written. */
export function askConflict(state: ReviewState): ReviewState {
  const options: readonly Option[] = [
    {
      key: "l",
      label: "look at theirs (u brings yours back)",
      take: (now) => ({ state: { ...now, mode: TREE }, effect: "load" }),
    },
    { key: "o", label: "overwrite theirs", take: (now) => ({ state: { ...now, mode: TREE }, effect: "overwrite" }) },
  ];
  const question = "Not saved: somebody else has written the file.";
  return { ...state, isChangedOnDisk: true, mode: { kind: "choose", question, options, canLeave: true } };
}

/** What to do with changes that an earlier review did not save. */
export function askLeft(state: ReviewState, { plan, isOlder }: LeftEdit): ReviewState {
  const options: readonly Option[] = [
    {
      key: "g",
      label: "go on with them",
      take: (now) => ({
        state: say(
          { ...withEditing(now, replacePlan(now.editing, plan)), mode: TREE },
          "going on with what was not saved  (u goes back to the file)",
          "good",
        ),
      }),
    },
    {
      key: "t",
      label: "throw them away",
      take: (now) => ({ state: say({ ...now, mode: TREE }, "thrown away"), effect: "forget" }),
    },
    { key: "q", label: "quit, and keep them", take: (now) => ({ state: now, effect: "leave" }) },
  ];
  const question = `An earlier review left changes that are not saved.${isOlder ? " The file was written after them." : ""}`;
  return { ...state, mode: { kind: "choose", question, options, canLeave: false } };
}
