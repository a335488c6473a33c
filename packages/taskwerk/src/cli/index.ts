/** Every verb, light: a name, a line of help, and where the rest is. */

import type { VerbEntry } from "./verb.ts";
import { API_VERBS } from "./verbs/api.ts";
import { CHANGE_VERBS } from "./verbs/changes.ts";
import { CLAIM_VERBS } from "./verbs/claims.ts";
import { LIST_VERBS } from "./verbs/lists.ts";
import { SET_UP_VERBS } from "./verbs/set-up.ts";
import { STORE_VERBS } from "./verbs/store.ts";
import { TASK_VERBS } from "./verbs/tasks.ts";
import { WEBHOOK_VERBS } from "./verbs/webhooks.ts";
import { WORK_VERBS } from "./verbs/work.ts";

/** All that can be typed, in the order of the help page. */
export const VERBS: readonly VerbEntry[] = [
  ...TASK_VERBS,
  ...LIST_VERBS,
  ...WORK_VERBS,
  ...CLAIM_VERBS,
  ...CHANGE_VERBS,
  ...STORE_VERBS,
  ...WEBHOOK_VERBS,
  ...API_VERBS,
  ...SET_UP_VERBS,
];
