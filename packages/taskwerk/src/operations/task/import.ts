import type { OperationOf } from "../operation.ts";

export const importTasks: OperationOf<"task.import"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ImportTasks),
  run: () => Promise.reject(new Error("to come")),
};
