import { configJsonSchema } from "@taskwerk/config/json-schema";
import { CONFIG_KEYS } from "../config-keys.ts";
import { SCHEMA_VIEW } from "../schema-view.ts";
import type { Verb } from "../verb.ts";

const PART = "policy.";
const KEYS = Object.fromEntries(
  Object.entries(CONFIG_KEYS).flatMap(([key, spec]) => (key.startsWith(PART) ? [[key.slice(PART.length), spec]] : [])),
);

/** `policy schema`: the JSON Schema of what stands under `policy:` in the user's own file: the preset, and rules of one's own. */
export const policySchemaVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.show(
      "policy.schema",
      {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: "urn:conductor:v1:policy",
        title: "A user's own policy of conductor",
        ...configJsonSchema(KEYS),
      },
      SCHEMA_VIEW,
    );
    return undefined;
  },
};
