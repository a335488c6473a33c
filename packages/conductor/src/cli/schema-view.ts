import { jsonOf, type View } from "@taskwerk/terminal/print-success";

/** A JSON Schema: in one line for programs, indented for people. */
export const SCHEMA_VIEW: View<Readonly<Record<string, unknown>>> = {
  fields: ["$id", "title"],
  known: ["$schema", "$id", "title", "type", "properties"],
  ids: ({ $id }) => [String($id).split(":").at(-1)!],
  piped: "screen",
  screen(output, { data }) {
    if (!output.isTTY) output.raw(`${jsonOf(data)}\n`);
    else for (const line of JSON.stringify(data, null, 2).split("\n")) output.line(line);
  },
};
