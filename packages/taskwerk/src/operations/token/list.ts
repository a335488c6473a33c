import { shownToken, tokensAt } from "../../store/tokens.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** The tokens that can be used, the newest first; with `all` every one that was ever made. */
export const listToken: OperationOf<"token.list"> = {
  input: () => import("@taskwerk/contract/token").then((m) => m.ListTokens),
  run: (context, { all = false }) =>
    look(context, async (reader) => {
      const at = context.now().toISOString();
      return { data: (await tokensAt(reader, at, all)).map((row) => shownToken(row, at)) };
    }),
};
