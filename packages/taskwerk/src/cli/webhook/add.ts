import { collectList, type Verb, wordOf } from "../verb.ts";
import { secretView } from "./webhook-view.ts";

interface AddFlags {
  readonly event?: readonly string[];
  readonly where?: string;
  readonly allowPrivate?: boolean;
}

/** `webhook add URL`: tells an address of what happens from now on. Its secret is shown now and never again. */
export const webhookAddVerb: Verb<AddFlags> = {
  build: (command) =>
    command
      .argument("<url>", "where events are posted to")
      .option("--event <type>", "only these: task.completed, task.*; repeatable", collectList)
      .option("--where <query>", "only of tasks that fit this query")
      .option("--allow-private", "it may lead to this machine and into private networks"),
  examples: [
    "taskwerk webhook add https://example.com/hooks --event task.completed",
    'taskwerk webhook add http://127.0.0.1:8080 --allow-private --where "tag:api priority:high.."',
  ],
  async run(app, [url], { event, where, allowPrivate }) {
    const input = {
      url: wordOf(url),
      ...(event ? { events: [...event] } : {}),
      ...(where === undefined ? {} : { where }),
      ...(allowPrivate ? { allow_private: true } : {}),
    };
    await app.perform("webhook.add", input, ADDED);
  },
};

const ADDED = secretView(
  "added",
  ({ id }) => `It signs what is sent and is not shown again. Try it:  taskwerk webhook test ${id}`,
);
