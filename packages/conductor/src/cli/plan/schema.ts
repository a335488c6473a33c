import { jsonOf, type View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";

/** `plan schema`: the JSON Schema of a plan file, for editors and for programs that write plans. */
export const planSchemaVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const { planJsonSchema } = await import("../../plan/plan-schema.ts");
    app.show("plan.schema", planJsonSchema(), VIEW);
    return undefined;
  },
};

const VIEW: View<Readonly<Record<string, unknown>>> = {
  fields: ["$id", "title"],
  known: ["$schema", "$id", "title", "type", "properties"],
  ids: () => ["plan"],
  piped: "screen",
  screen(output, { data }) {
    if (!output.isTTY) output.raw(`${jsonOf(data)}\n`);
    else for (const line of JSON.stringify(data, null, 2).split("\n")) output.line(line);
  },
};
