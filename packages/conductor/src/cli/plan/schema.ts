import { SCHEMA_VIEW } from "../schema-view.ts";
import type { Verb } from "../verb.ts";

/** `plan schema`: the JSON Schema of a plan file, for editors and for programs that write plans. */
export const planSchemaVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const { planJsonSchema } = await import("../../plan/plan-schema.ts");
    app.show("plan.schema", planJsonSchema(), SCHEMA_VIEW);
    return undefined;
  },
};
