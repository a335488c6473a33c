import { type ModelPlannerOptions, modelPlanner } from "../model/model-planner.ts";
import type { Planner } from "../planner.ts";
import { type ClaudeCliOptions, claudeCliTransport } from "./transport.ts";

/** A planner that asks through Claude Code's command line, for people with a subscription and no key. */
export const claudeCliPlanner = (options: ClaudeCliOptions & Omit<ModelPlannerOptions, "transport">): Planner =>
  modelPlanner({ ...options, transport: claudeCliTransport(options) });
