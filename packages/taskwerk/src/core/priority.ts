import { PRIORITIES, type Priority } from "@taskwerk/contract/status";

/** 0 for critical … 3 for low: what lists sort by. */
export const rankOf = (priority: Priority): number => PRIORITIES.indexOf(priority);
/** The priority with that rank. */
export const priorityOf = (rank: number): Priority => PRIORITIES[rank]!;
/** That of a task of which nobody says another. */
export const DEFAULT_PRIORITY: Priority = "medium";
