import { configJsonSchema } from "@taskwerk/config/json-schema";
import { CONFIG_SCHEMA } from "../read-config.ts";
import { SCHEMA_VIEW } from "../schema-view.ts";
import type { Verb } from "../verb.ts";

/** `config schema`: the JSON Schema of the user's own file, for editors and for programs that write it. */
export const configSchemaVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.show(
      "config.schema",
      {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: "urn:conductor:v1:config",
        title: "A user's own configuration of conductor",
        ...configJsonSchema(CONFIG_SCHEMA),
      },
      SCHEMA_VIEW,
    );
    return undefined;
  },
};
