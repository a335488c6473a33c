import { plannerContract } from "../planner-contract.ts";
import { outlinePlanner } from "./outline.ts";

plannerContract("outline", () => outlinePlanner);
