/** Ends that are no matter of the task. Pure. */
import type { EndReason } from "./agent.ts";

const REFUSED: ReadonlySet<EndReason> = new Set(["auth", "rate_limited"]);

/** The provider took no request, because of its limit or of a credential: it costs nothing and charges no try. */
export const isRefused = (reason: EndReason | null): boolean => reason !== null && REFUSED.has(reason);
