import { counted } from "../../model/counted.ts";

/** `4 of 5 gates green`. */
export const gatesGreen = (receipts: readonly { readonly result: string }[]): string =>
  `${receipts.filter(({ result }) => result === "pass").length} of ${counted(receipts.length, "gate")} green`;
