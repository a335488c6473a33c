import { isWerkError } from "@taskwerk/contract/errors";
import { hanging } from "../../report/layout.ts";
import type { App } from "../app.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { findScenario, libraryOf } from "./find-scenario.ts";

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly tasks: number;
  readonly file: string;
}

/** Shows every scenario of the library with what it shows. */
export async function listScenarios(app: App): Promise<void> {
  const library = await libraryOf(app);
  const list = await Promise.all(
    library.map(async ({ name, file }): Promise<Listed> => {
      const { scenario } = await findScenario(app, file);
      return { name, description: scenario.description ?? "", tasks: scenario.work?.length ?? 0, file };
    }),
  ).catch((error: unknown) => {
    throw isWerkError(error) ? new Error(error.message) : error;
  });
  app.show<readonly Listed[]>(
    "rehearse.list",
    list,
    linesView<readonly Listed[]>(
      (data, output) => [
        ...data.flatMap(({ name, description }) =>
          output.isTTY
            ? hanging(name.padEnd(18), description, layoutOf(output).width)
            : [`${name.padEnd(18)}${description}`],
        ),
        ...(output.isTTY
          ? ["", "Play one         conductor rehearse happy-day", "One of your own  conductor rehearse FILE.yaml"]
          : []),
      ],
      {
        items: (data) => data.map((one) => ({ ...one, id: one.name })),
        fields: ["name", "description"],
        known: ["name", "description", "tasks", "file"],
      },
    ),
  );
}
