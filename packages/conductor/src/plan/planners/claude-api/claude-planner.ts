import type { ModelPlannerOptions } from "../model/model-planner.ts";
import { modelPlanner } from "../model/model-planner.ts";
import type { Planner } from "../planner.ts";
import { type ClaudeApiOptions, claudeApiTransport } from "./transport.ts";

/** A planner that asks a Claude model over the Messages API, with a key. */
export const claudeApiPlanner = (options: ClaudeApiOptions & Omit<ModelPlannerOptions, "transport">): Planner =>
  modelPlanner({ ...options, transport: claudeApiTransport(options) });
