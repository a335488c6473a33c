/** What a page of a PDF is made of. Types only; lengths are in points, from the top left corner of the page. */

/** Some words in one place and one font. */
export interface Piece {
  readonly text: string;
  readonly x: number;
  /** Of the base line, downwards. */
  readonly y: number;
  readonly width: number;
  /** Height of the font. */
  readonly size: number;
  readonly bold: boolean;
}

/** Words that stand on one base line, from left to right; `cells` are what wide gaps part. */
export interface PrintedLine {
  readonly page: number;
  readonly text: string;
  readonly cells: readonly Cell[];
  readonly words: readonly Word[];
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly size: number;
  readonly bold: boolean;
}

/** What was printed in one go. */
export interface Word {
  readonly text: string;
  readonly x: number;
  readonly right: number;
}

/** What was printed in one column of a line. */
export interface Cell {
  readonly text: string;
  readonly x: number;
}

/** Words that nobody sees, and where they would stand. */
export interface Unseen {
  readonly text: string;
  readonly y: number;
}

/** One page as it was read. */
export interface PrintedPage {
  readonly number: number;
  readonly height: number;
  readonly lines: readonly PrintedLine[];
  /** Words that nobody sees on paper: white on white, or drawn with no ink. */
  readonly hidden: readonly Unseen[];
}
