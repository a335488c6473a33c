/** Small things that can be done to a text: said in a sentence, read from one, done, and written as code. Pure. */
import type { Random } from "./random.ts";

export interface Operation {
  /** A whole sentence, plain words only. */
  readonly sentence: string;
  /** Does it. */
  apply(text: string): string;
  /** A JavaScript expression that does it to `text`. */
  readonly code: string;
  /** The same, misunderstood; only for the operation that a scripted model never gets right. */
  readonly wrongCode: readonly [string, string] | null;
}

interface Kind {
  make(random: Random): Operation;
  /** From a sentence; null when it says something else. */
  read(sentence: string): Operation | null;
}

const operation = (
  sentence: string,
  code: string,
  apply: (text: string) => string,
  wrongCode: Operation["wrongCode"] = null,
): Operation => ({ sentence, code, apply, wrongCode });

const turned = (): Operation =>
  operation("It turns the text around, last character first.", '[...text].reverse().join("")', (text) =>
    [...text].reverse().join(""),
  );

const thinned = (n: number): Operation =>
  operation(
    `It leaves out every character whose place, counted from 1, is a multiple of ${n}.`,
    `[...text].filter((_, at) => (at + 1) % ${n} !== 0).join("")`,
    (text) => [...text].filter((_, at) => (at + 1) % n !== 0).join(""),
  );

const shiftedBy = (text: string, n: number): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + n) % 26)));
const shifted = (n: number): Operation =>
  operation(
    `It moves each small letter from a to z ${n} places on in the alphabet, and starts again after z.`,
    `text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + ${n}) % 26)))`,
    (text) => shiftedBy(text, n),
  );

const framed = (mark: string): Operation =>
  operation(
    `It puts ${JSON.stringify(mark)} before the text and behind it.`,
    `${JSON.stringify(mark)} + text + ${JSON.stringify(mark)}`,
    (text) => mark + text + mark,
  );

const repeated = (n: number): Operation =>
  operation(`It says the text ${n} times, with a comma between.`, `Array(${n}).fill(text).join(",")`, (text) =>
    Array(n).fill(text).join(","),
  );

const sorted = (): Operation =>
  operation(
    "It puts the words, which are separated by spaces, into the order of their letters' codes.",
    'text.split(" ").sort().join(" ")',
    (text) => text.split(" ").sort().join(" "),
  );

const swapped = (): Operation =>
  operation(
    "It makes small letters from a to z capital and capital letters from A to Z small.",
    'text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()))',
    (text) => text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase())),
    ["text.toUpperCase()", "text.toLowerCase()"],
  );

const numbered = (pattern: RegExp, make: (n: number) => Operation) => (sentence: string) => {
  const n = pattern.exec(sentence)?.[1];
  return n === undefined ? null : make(Number(n));
};

const MARKS = ["::", "%", "+", "=>", "@", "//", "!"];

/** Those that a scripted model gets right. */
const KINDS: readonly Kind[] = [
  { make: turned, read: (sentence) => (/turns the text around/.test(sentence) ? turned() : null) },
  { make: (random) => thinned(random.int(2, 5)), read: numbered(/leaves out every .* multiple of (\d+)/, thinned) },
  {
    make: (random) => shifted(random.int(1, 25)),
    read: numbered(/moves each small letter .* (\d+) places on/, shifted),
  },
  {
    make: (random) => framed(random.pick(MARKS)),
    read: (sentence) => {
      const mark = /puts "([^"]+)" before the text and behind it/.exec(sentence)?.[1];
      return mark === undefined ? null : framed(mark);
    },
  },
  { make: (random) => repeated(random.int(2, 4)), read: numbered(/says the text (\d+) times/, repeated) },
  { make: sorted, read: (sentence) => (/puts the words,? .*into the order/.test(sentence) ? sorted() : null) },
];

const SWAPPED: Kind = {
  make: swapped,
  read: (sentence) => (/makes small letters .* capital and capital letters .* small/.test(sentence) ? swapped() : null),
};

/** So many different operations. */
export const someOperations = (random: Random, count: number): readonly Operation[] =>
  random.some(KINDS, count).map((kind) => kind.make(random));

/** The one that a scripted model never gets right. */
export const hardOperation = (random: Random): Operation => SWAPPED.make(random);

/** The operations that a text asks for, in its order. */
export const readOperations = (text: string): readonly Operation[] =>
  text
    .split(/(?<=\.)\s+/)
    .flatMap((sentence) => [...KINDS, SWAPPED].map((kind) => kind.read(sentence)).filter((found) => found !== null));
