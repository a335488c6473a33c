import type { Verb } from "../verb.ts";

/** `mcp`: serves tools to a coding agent over stdin and stdout, until stdin closes. */
export const mcpVerb: Verb<unknown> = {
  build: (command) => command,
  run: async (app) => {
    const { globals, world, target } = app;
    const serve = await world.mcp();
    return serve(target, {
      // Not of the configuration: a person's name, and an agent has one of its own.
      actor: globals.actor || world.env.TASKWERK_ACTOR || null,
      session: (await app.caller()).session,
      claim: world.env.TASKWERK_CLAIM || undefined,
      readonly: globals.readonly ?? false,
    });
  },
};
