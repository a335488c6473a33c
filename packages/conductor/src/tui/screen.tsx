/** The lines of a full screen in Ink, and its keys. */
import { sanitise } from "@taskwerk/terminal/sanitise";
import { Box, Text, type TextProps, useInput } from "ink";
import type { InkKey } from "./key.ts";
import type { Line, Tone } from "./line.ts";

const LOOKS: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  bold: { bold: true },
  quiet: { dimColor: true },
  good: { color: "green" },
  busy: { color: "cyan" },
  yours: { color: "yellow" },
  bad: { color: "red" },
  chosen: { inverse: true },
};

interface RowProps {
  readonly pieces: Line;
  readonly hasColour: boolean;
}

const Row = ({ pieces, hasColour }: RowProps) => (
  <Text wrap="truncate">
    {pieces.length === 0 ? " " : null}
    {pieces.map(({ text, tone }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the line
      <Text key={index} {...LOOKS[hasColour || tone === "chosen" || tone === "bold" ? tone : "plain"]}>
        {sanitise(text)}
      </Text>
    ))}
  </Text>
);

export interface ScreenProps {
  /** The lines that are to be drawn, from top to bottom. */
  readonly lines: readonly Line[];
  readonly hasColour: boolean;
  /** The same function every time. */
  readonly onInput: (input: string, key: InkKey) => void;
}

export function Screen({ lines, hasColour, onInput }: ScreenProps) {
  useInput(onInput);
  return (
    <Box flexDirection="column">
      {lines.map((pieces, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={row} pieces={pieces} hasColour={hasColour} />
      ))}
    </Box>
  );
}
