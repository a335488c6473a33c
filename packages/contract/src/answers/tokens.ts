/** What answers about tokens hold, as schemas. */
import { z } from "zod";
import { SCOPE_NAMES } from "../scopes.ts";
import { TOKEN_STATES } from "../token.ts";

const word = z.string();

const ApiToken = z.object({
  id: word,
  name: word,
  scope: z.enum(SCOPE_NAMES),
  task: word.nullable(),
  state: z.enum(TOKEN_STATES),
  created_at: word,
  created_by: word,
  expires_at: word.nullable(),
  revoked_at: word.nullable(),
  revoked_by: word.nullable(),
});

/** Kind → `data`. */
export const TOKEN_ANSWERS = {
  "token.add": ApiToken.extend({ token: word }),
  "token.list": z.array(ApiToken),
  "token.revoke": ApiToken,
} as const;
