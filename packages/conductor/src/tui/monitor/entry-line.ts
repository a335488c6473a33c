/** One entry of a list. Pure. */
import { type Line, piece, textOf, toWidth } from "../line.ts";

/** Exactly `width` cells; where the reader is, marked and in one colour. */
export function entryLine(isHere: boolean, width: number, cells: Line): Line {
  const whole = toWidth([piece(isHere ? "> " : "  "), ...cells], width);
  return isHere ? [{ text: textOf(whole), tone: "chosen" }] : whole;
}
