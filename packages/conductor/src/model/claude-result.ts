/** The last line of Claude Code with `--output-format stream-json`: how a conversation ended (measured with 2.1.197). */
import { z } from "zod";

/** As its fields are named there; readers add those that only they use. The subtype is not to be trusted, the others are. */
export const ClaudeResult = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().nullish(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
});
