import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { SCOPE_NAMES, type ScopeName } from "@taskwerk/contract/scopes";
import { type ApiToken, type MakeToken, parseBearer } from "@taskwerk/contract/token";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import type { App } from "../app.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";
import { NEW_TOKEN, OWNER_TOKEN, REVOKED, TOKENS } from "./token-view.ts";

interface TokenFlags {
  readonly rotate?: boolean;
  readonly scope?: string;
  readonly name?: string;
  readonly expires?: string;
  readonly all?: boolean;
}

/** `api token`: prints the owner's token; makes, lists and revokes those of others. */
export const apiTokenVerb: Verb<TokenFlags> = {
  build: (command) =>
    command
      .argument("[action]", "list or revoke; the owner's token is printed without")
      .argument("[ids...]", "which to revoke")
      .option("--rotate", "have the server take a new owner's token; the old one is void")
      .option("--scope <scope>", "make one for somebody else: read, task:ID or owner")
      .option("--name <name>", "what it is for; with task:ID, as whom it speaks")
      .option("--expires <time>", "how long it lives: 90s, 8h, 30d (until it is revoked)")
      .option("--all", "list also those that ran out or were revoked"),
  examples: [
    "taskwerk api token                                the owner's, of the running server",
    "taskwerk api token --scope read --expires 8h      may look at everything",
    "taskwerk api token --scope task:TASK-012          for an agent with one task",
    "taskwerk api token list",
    "taskwerk api token revoke 7k3v9q2mxa              by its id in the list",
  ],
  async run(app, [action, ids], flags) {
    const word = wordOf(action);
    switch (word) {
      case "list":
        only(flags, ["all"], "list", wordsOf(ids));
        await app.perform("token.list", flags.all ? { all: true } : {}, TOKENS);
        return;
      case "revoke":
        only(flags, [], "revoke", []);
        await revoke(app, wordsOf(ids));
        return;
      case "":
        only(flags, ["rotate", "scope", "name", "expires"], "", []);
        await (flags.scope === undefined ? printOwner(app, flags) : make(app, flags, flags.scope));
        return;
      default:
        throw unknownAction(word);
    }
  },
};

function unknownAction(word: string): WerkError {
  const near = nearest(word, ["list", "revoke"]);
  return new WerkError("USAGE", `api token has no "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: "There is:  taskwerk api token, taskwerk api token list, taskwerk api token revoke ID",
    given: word,
    ...(near ? { candidates: [near] } : {}),
  });
}

/** Throws USAGE for a flag or a word that this action does not have. */
function only(flags: TokenFlags, known: readonly string[], action: string, words: readonly string[]): void {
  const names = ["rotate", "scope", "name", "expires", "all"] as const;
  const other = names.find((name) => flags[name] !== undefined && !known.includes(name));
  if (other !== undefined) {
    throw new WerkError(
      "USAGE",
      `--${other} does not go with taskwerk api token${action === "" ? "" : ` ${action}`}.`,
      {
        hint: "What goes with what:  taskwerk help api token",
        field: other,
      },
    );
  }
  if (words.length > 0) throw new WerkError("USAGE", `"${words[0]}" is one word too many.`, { given: words[0]! });
}

async function printOwner(app: App, { rotate = false, name, expires }: TokenFlags): Promise<void> {
  if (name !== undefined || expires !== undefined) {
    throw new WerkError("USAGE", `--${name === undefined ? "expires" : "name"} goes only with --scope.`, {
      hint: "For example:  taskwerk api token --scope read --expires 8h",
      field: name === undefined ? "expires" : "name",
    });
  }
  if (rotate) app.refuseWhenReadonly("this changes the server's token");
  app.checkFields(OWNER_TOKEN);
  const file = await (await app.world.api()).token(app.target, rotate);
  if (!file) {
    throw new WerkError("TASKWERK_UNREACHABLE", "no server runs for this store, and each start makes a new token.", {
      hint: "Start one:  taskwerk api start",
    });
  }
  const { token, url, token_file } = file;
  app.show("api.token", { token, url, token_file }, OWNER_TOKEN);
}

async function make(app: App, { rotate, name, expires }: TokenFlags, scope: string): Promise<void> {
  if (rotate)
    throw new WerkError("USAGE", "--rotate is for the owner's token, --scope makes another.", { field: "rotate" });
  const wish: MakeToken = {
    ...scopeOf(scope),
    ...(name === undefined ? {} : { name }),
    ...(expires === undefined ? {} : { expires_in_s: secondsOf(expires, "--expires") }),
  };
  await app.perform("token.add", wish, NEW_TOKEN);
}

function scopeOf(text: string): Pick<MakeToken, "scope" | "task"> {
  const [, word = "", task] = /^([^:]*)(?::(.*))?$/s.exec(text.trim())!;
  const scope = SCOPE_NAMES.find((one) => one === word) as ScopeName | undefined;
  if (scope === "task" && task) return { scope, task };
  if (scope !== undefined && scope !== "task" && task === undefined) return { scope };
  const near = scope === undefined ? nearest(word, SCOPE_NAMES) : null;
  throw new WerkError("USAGE", `--scope: "${text}" is no scope.${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: "Scopes:  read, task:ID, owner     What each may do:  taskwerk help scopes",
    field: "scope",
    given: text,
    ...(near ? { candidates: [near] } : {}),
  });
}

async function revoke(app: App, words: readonly string[]): Promise<void> {
  if (words.length === 0) {
    throw new WerkError("USAGE", "which token? Its id is missing.", {
      hint: "See what there is:  taskwerk api token list",
      field: "ids",
    });
  }
  app.checkFields(REVOKED);
  const ended: ApiToken[] = [];
  for (const word of words.flatMap((one) => one.split(","))) {
    // Who pastes the token itself means that one; only its id goes on.
    const token = parseBearer(word.trim())?.id ?? word.trim();
    ended.push((await app.call("token.revoke", { token })).data);
  }
  app.show("token.revoke", ended, REVOKED);
}
