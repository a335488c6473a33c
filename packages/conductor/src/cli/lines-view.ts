import type { Item } from "@taskwerk/terminal/fields";
import type { Output } from "@taskwerk/terminal/output";
import type { View } from "@taskwerk/terminal/print-success";

/** A view whose screen is finished lines of text, for people and for pipes alike. */
export const linesView = <T>(
  lines: (data: T, output: Output) => readonly string[],
  rows: {
    readonly items: (data: T) => readonly Item[];
    readonly fields: readonly string[];
    readonly known: readonly string[];
  },
): View<T> => ({
  ...rows,
  piped: "screen",
  screen(output, { data }) {
    for (const line of lines(data, output)) output.line(line);
  },
});

/** How wide a text may be, and in which zone its times are. */
export const layoutOf = (output: Output): { readonly width: number; readonly zone: string } => ({
  width: Number.isFinite(output.width) ? output.width : 80,
  // Dear enough to be asked for only where a time is shown.
  get zone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
});
