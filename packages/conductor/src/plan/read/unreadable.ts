import { WerkError } from "@taskwerk/contract/errors";

/** PRD_UNREADABLE: which document, why, and what to do about it. */
export const unreadable = (path: string, reason: string, hint: string): WerkError =>
  new WerkError("PRD_UNREADABLE", `${path} cannot be read: ${reason}`, { hint, given: path });
