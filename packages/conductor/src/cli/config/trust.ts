import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { mayAsk, mayTalk, saysYes } from "../may-talk.ts";
import { digestOf, REPOSITORY_FILE, textOf } from "../read-config.ts";
import { agreedText, agreeToConfig } from "../system/agree-to-config.ts";
import type { Verb } from "../verb.ts";

interface Trusted {
  readonly file: string;
  readonly sha256: string;
  readonly changed: boolean;
}

/** `trust`: shows what the repository's configuration says, or how it has changed, and agrees to it. */
export const trustVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const text = await textOf(join(app.root, REPOSITORY_FILE));
    if (text === null)
      throw new WerkError("FILE_NOT_FOUND", `there is no ${REPOSITORY_FILE} in ${app.root}`, {
        hint: "Your own settings need no trust:  conductor config list",
      });
    // Only what is valid can be agreed to.
    await app.config(true);
    const before = await agreedText(app);
    const changed = before !== text;
    if (changed) await show(app, before, text);
    if (changed) await askToTrust(app);
    await agreeToConfig(app, text);
    app.show<Trusted>(
      "trust",
      { file: join(app.root, REPOSITORY_FILE), sha256: digestOf(text), changed },
      {
        fields: ["sha256"],
        known: ["file", "sha256", "changed"],
        items: (data) => [{ ...data, id: data.sha256 }],
        piped: "screen",
        screen(output, { data }) {
          output.line(data.changed ? `${REPOSITORY_FILE} counts from now on, as it is.` : "It counts already.");
          output.line(`In CI:  --trust-config ${data.sha256}`);
        },
      },
    );
    return undefined;
  },
};

async function show(app: App, before: string | null, text: string): Promise<void> {
  if (!mayTalk(app.output)) return;
  const { diffTexts } = await import("../../git/diff-texts.ts");
  app.output.line(before === null ? `${REPOSITORY_FILE}, which you have not agreed to yet:` : "What has changed:");
  const shown = before === null ? text : await diffTexts(app.world.env, before, text);
  for (const line of shown.trimEnd().split("\n")) app.output.line(`  ${line}`);
  app.output.line();
}

async function askToTrust(app: App): Promise<void> {
  if (app.globals.yes) return;
  if (!mayAsk(app))
    throw new WerkError("CONFIRMATION_REQUIRED", `${REPOSITORY_FILE} was not agreed to`, { hint: "Say so:  --yes" });
  if (!(await saysYes(app, "Shall it count?")))
    throw new WerkError("CONFIRMATION_REQUIRED", "nothing was agreed to", { hint: "conductor trust" });
}
