import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { View } from "@taskwerk/terminal/print-success";
import { jsonOf } from "@taskwerk/terminal/print-success";
import { type Verb, wordOf } from "../verb.ts";

type Schema = Readonly<Record<string, unknown>>;

/** `schema KIND`: the JSON Schema of what `--json` prints; without a kind, the kinds there are. */
export const schemaVerb: Verb<unknown> = {
  build: (command) => command.argument("[kind]", "e.g. task.list, error, envelope"),
  async run(app, [argument]) {
    const { KINDS, schemaOf } = await import("./schema-of.ts");
    const kind = wordOf(argument);
    if (kind === "") {
      app.show(
        "schema.list",
        KINDS.map((one) => ({ kind: one })),
        LISTED,
      );
      return undefined;
    }
    const schema = schemaOf(kind);
    if (schema === undefined) throw unknownKind(kind, KINDS);
    app.show("schema", schema, { ...SCHEMA, ids: () => [kind], known: Object.keys(schema) });
    return undefined;
  },
};

function unknownKind(kind: string, kinds: readonly string[]): WerkError {
  const near = nearest(kind, kinds);
  return new WerkError("USAGE", `no kind "${kind}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: "All of them:  taskwerk schema",
    field: "kind",
    given: kind,
    ...(near ? { candidates: [near] } : {}),
  });
}

const LISTED: View<readonly { readonly kind: string }[]> = {
  fields: ["kind"],
  known: ["kind"],
  ids: (kinds) => kinds.map(({ kind }) => kind),
  screen(output, { data }) {
    for (const { kind } of data) output.line(kind);
  },
};

const SCHEMA: Omit<View<Schema>, "known"> = {
  fields: ["$id", "title"],
  piped: "screen",
  screen(output, { data }) {
    if (!output.isTTY) output.raw(`${jsonOf(data)}\n`);
    else for (const line of JSON.stringify(data, null, 2).split("\n")) output.line(line);
  },
};
