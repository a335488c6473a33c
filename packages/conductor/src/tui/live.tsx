/** A view that is drawn in place below the prompt, and whose last frame stays in the scrollback. */
import { sanitise } from "@taskwerk/terminal/sanitise";
import { Box, render, Text } from "ink";
import type { LiveRow, Tone } from "../report/live.ts";

/** The content of one drawing. */
export interface LiveFrame {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly LiveRow[];
  readonly news: readonly string[];
  readonly foot: string;
}

/** What one tone looks like; "plain" has no colour of its own. */
const COLOUR: Readonly<Record<Exclude<Tone, "plain" | "quiet">, string>> = {
  good: "green",
  busy: "cyan",
  yours: "yellow",
  bad: "red",
};

const Line = ({ text, tone }: LiveRow) =>
  tone === "plain" || tone === "quiet" ? (
    <Text wrap="truncate" dimColor={tone === "quiet"}>
      {sanitise(text)}
    </Text>
  ) : (
    <Text wrap="truncate" color={COLOUR[tone]}>
      {sanitise(text)}
    </Text>
  );

const Frame = ({ title, subtitle, rows, news, foot }: LiveFrame) => (
  <Box flexDirection="column">
    <Text bold wrap="truncate">
      {sanitise(title)}
    </Text>
    <Text wrap="truncate">{sanitise(subtitle)}</Text>
    <Box flexDirection="column" marginTop={1}>
      {rows.map((row) => (
        <Line key={row.text.slice(0, 20)} text={row.text} tone={row.tone} />
      ))}
    </Box>
    <Box flexDirection="column" marginTop={1} marginBottom={1}>
      {news.map((text) => (
        <Text key={text} wrap="truncate">
          {sanitise(text)}
        </Text>
      ))}
    </Box>
    <Text wrap="truncate">{sanitise(foot)}</Text>
  </Box>
);

/** What has room below the prompt: more than the screen holds could not be drawn over. */
function shown(all: readonly string[], rows: number): readonly string[] {
  const most = Math.max(2, rows - 1);
  return all.length <= most ? all : [...all.slice(0, most - 1), `... ${all.length - most + 1} more lines`];
}

/** Begins to draw on this terminal. */
export function showLive(stdout: NodeJS.WriteStream): {
  update(frame: LiveFrame): void;
  lines(all: readonly string[]): void;
  end(): void;
} {
  const view = render(<Text> </Text>, { stdout, patchConsole: false, exitOnCtrlC: false });
  return {
    update: (frame) => view.rerender(<Frame {...frame} />),
    lines: (all) =>
      view.rerender(
        <Box flexDirection="column">
          {shown(all, stdout.rows || 24).map((text, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
            <Line key={row} text={text === "" ? " " : text} tone="plain" />
          ))}
        </Box>,
      ),
    end: () => view.unmount(),
  };
}
