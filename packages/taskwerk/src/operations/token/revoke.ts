import { WerkError } from "@taskwerk/contract/errors";
import { parseBearer } from "@taskwerk/contract/token";
import { findToken, revokeToken, shownToken } from "../../store/tokens.ts";
import type { OperationOf } from "../operation.ts";

/** Ends a token, from the next request on, by its id. Twice is fine. Throws TOKEN_NOT_FOUND. */
export const endToken: OperationOf<"token.revoke"> = {
  input: () => import("@taskwerk/contract/token").then((m) => m.RevokeToken),
  run: async ({ store, actor, now }, { token }) => {
    // Who pastes the token itself means that one. Its secret is not said again.
    const id = parseBearer(token.trim())?.id ?? token.trim().toLowerCase();
    const at = now().toISOString();
    return store.write(async (tx) => {
      if (!(await findToken(tx, id))) {
        throw new WerkError("TOKEN_NOT_FOUND", "no token has that id.", {
          hint: "See what there is:  taskwerk api token list --all",
          field: "token",
          given: id.slice(0, 10),
        });
      }
      await revokeToken(tx, id, at, actor);
      return { data: shownToken((await findToken(tx, id))!, at) };
    });
  },
};
