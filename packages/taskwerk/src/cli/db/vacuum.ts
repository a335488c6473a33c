import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";
import { sizeWord } from "./size-word.ts";

interface Sizes {
  /** Bytes. */
  readonly before: number;
  readonly after: number;
}

/** `db vacuum`: the database anew, without unused space. */
export const dbVacuumVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.refuseWhenReadonly("this rewrites the database");
    app.checkFields(VACUUMED);
    app.show("db.vacuum", await (await app.world.files()).vacuum(app.target), VACUUMED);
  },
};

const VACUUMED: View<Sizes> = {
  fields: ["before", "after"],
  known: ["before", "after"],
  items: (sizes) => [{ ...sizes }],
  screen: (output, { data }) => output.line(`${sizeWord(data.before)} -> ${sizeWord(data.after)}.`),
};
