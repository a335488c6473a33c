/** What every operation answers, as schemas. That they say what the client's types say is checked beside. */
import type { z } from "zod";
import type { OperationName } from "../routes.ts";
import { DOCUMENT_ANSWERS } from "./documents.ts";
import { GRAPH_ANSWERS } from "./graph.ts";
import { HISTORY_ANSWERS } from "./history.ts";
import { TASK_ANSWERS } from "./tasks.ts";
import { TOKEN_ANSWERS } from "./tokens.ts";
import { WEBHOOK_ANSWERS } from "./webhooks.ts";

/** Operation name, which is the answer's kind → `data`. */
export const OPERATION_ANSWERS = {
  ...TASK_ANSWERS,
  ...HISTORY_ANSWERS,
  ...GRAPH_ANSWERS,
  ...DOCUMENT_ANSWERS,
  ...WEBHOOK_ANSWERS,
  ...TOKEN_ANSWERS,
} as const satisfies Record<OperationName, z.ZodType>;
