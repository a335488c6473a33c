import type { ApiToken, NewToken } from "@taskwerk/contract/token";
import type { Output } from "@taskwerk/terminal/output";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";

const FIELDS = [
  "id",
  "name",
  "scope",
  "task",
  "state",
  "created_at",
  "created_by",
  "expires_at",
  "revoked_at",
  "revoked_by",
] as const;

/** The owner's token, and of whom it is. */
export interface OwnerToken {
  readonly token: string;
  readonly url: string;
  readonly token_file: string;
}

/** Nothing but the token, so that `$(taskwerk api token)` is one. */
export const OWNER_TOKEN: View<OwnerToken> = {
  fields: ["token"],
  known: ["token", "url", "token_file"],
  items: (data) => [{ ...data, id: data.token }],
  piped: "screen",
  screen: (output, { data }) => output.line(data.token),
};

/** The same for a new one; a person is told that this was the only time. */
export const NEW_TOKEN: View<NewToken> = {
  fields: ["token"],
  known: [...FIELDS, "token"],
  items: (data) => [{ ...data, id: data.token }],
  piped: "screen",
  screen(output, { data }) {
    output.line(data.token);
    if (!output.isTTY) return;
    output.line(dim("  may      "), mayOf(data));
    output.line(dim("  until    "), data.expires_at === null ? "it is revoked" : whenOf(output, data.expires_at));
    output.line(dim("  It is shown this once. End it:  "), `taskwerk api token revoke ${data.id}`);
  },
};

/** Tokens, one a row, without their secrets. */
export const TOKENS: View<readonly ApiToken[]> = {
  fields: ["id", "scope", "task", "name", "state", "expires_at"],
  known: FIELDS,
  items: (tokens) => tokens.map((token) => ({ ...token })),
  screen(output, { data }) {
    if (data.length === 0) {
      output.line("No tokens but the owner's. Make one:  taskwerk api token --scope read");
      return;
    }
    output.table(
      [
        { title: "TOKEN" },
        { title: "SCOPE" },
        { title: "NAME", shrinks: true, least: 12 },
        { title: "STATE" },
        { title: "MADE" },
        { title: "UNTIL" },
      ],
      data.map((token) => [
        token.id,
        token.task === null ? token.scope : `task:${token.task}`,
        token.name,
        token.state,
        whenOf(output, token.created_at),
        token.expires_at === null ? "" : whenOf(output, token.expires_at),
      ]),
    );
  },
};

/** What became of some. */
export const REVOKED: View<readonly ApiToken[]> = {
  ...TOKENS,
  fields: ["id", "state"],
  piped: "screen",
  screen(output, { data }) {
    for (const token of data) output.line(bold(token.id), "  revoked  ", dim(token.name));
  },
};

function mayOf({ scope, task, name }: ApiToken): string {
  switch (scope) {
    case "owner":
      return "do everything";
    case "read":
      return "read everything but tokens";
    case "task":
      return `read ${task}, write notes on it as ${name}, keep its claim alive`;
    default: {
      const never: never = scope;
      return never;
    }
  }
}

const whenOf = (output: Output, moment: string): string => (output.isTTY ? relativeTime(moment, output.now()) : moment);
