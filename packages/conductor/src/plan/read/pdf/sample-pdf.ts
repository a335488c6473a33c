/** For tests: small PDFs, made byte by byte. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { constants, createDeflate, deflateRawSync, deflateSync } from "node:zlib";

/** An object of a PDF: its dictionary, and what it holds. */
export interface PdfObject {
  readonly dictionary: string;
  readonly stream?: Uint8Array;
}

/** A PDF of these objects, numbered from 1; the first is the catalogue. */
export function pdfOf(objects: readonly PdfObject[], trailer = ""): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  let length = parts[0]!.length;
  const offsets: number[] = [];
  const add = (part: Uint8Array | string): void => {
    const bytes = Buffer.from(part as string);
    parts.push(bytes);
    length += bytes.length;
  };
  for (const [index, { dictionary, stream }] of objects.entries()) {
    offsets.push(length);
    if (stream === undefined) add(`${index + 1} 0 obj\n<<${dictionary}>>\nendobj\n`);
    else {
      add(`${index + 1} 0 obj\n<<${dictionary}/Length ${stream.length}>>\nstream\n`);
      add(stream);
      add("\nendstream\nendobj\n");
    }
  }
  const start = length;
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) add(`${String(offset).padStart(10, "0")} 00000 n \n`);
  add(`trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** A PDF of pages that are drawn by these operators, with Helvetica as /F1 and its bold as /F2. */
export function pagesOf(contents: readonly (Uint8Array | string)[], filter = "", resources = ""): Buffer {
  const fonts =
    "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/F2<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>>>";
  const kids = contents.map((_, index) => `${3 + index * 2} 0 R`).join(" ");
  return pdfOf([
    { dictionary: "/Type/Catalog/Pages 2 0 R" },
    { dictionary: `/Type/Pages/Kids[${kids}]/Count ${contents.length}` },
    ...contents.flatMap((content, index) => [
      {
        dictionary: `/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<${fonts}${resources}>>/Contents ${4 + index * 2} 0 R`,
      },
      { dictionary: filter, stream: typeof content === "string" ? Buffer.from(content, "latin1") : content },
    ]),
  ]);
}

/** Operators that print words: font, size, place, and what is to be set before, such as `1 g` for white. */
export const printed = (text: string, x: number, y: number, size = 11, font = "F1", before = ""): string =>
  `q ${before} BT /${font} ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, "\\$&")}) Tj ET Q\n`;

/**
 * A page of one operator over and over, packed as often as said: a few bytes that become very many. Made in a stream, so that
 * making it needs no more memory than it has bytes.
 */
export async function bombOf(megabytes: number, packed: number, operator = " \n"): Promise<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, operator);
  const content = Readable.from(Array.from({ length: megabytes }, () => chunk));
  const layers = Array.from({ length: packed }, () => createDeflate({ level: 9 }));
  const packedContent = layers.reduce<Readable>((from, layer) => from.pipe(layer), content);
  return pagesOf([await buffer(packedContent)], `/Filter[${"/FlateDecode".repeat(packed)}]`);
}

const MEGABYTE = 1024 * 1024;

/**
 * A page of nothing but spaces, packed as often as said, and no more around it than a PDF needs: about a kilobyte that becomes
 * gigabytes. What is packed first is the same for each megabyte, so it is written and not reckoned.
 */
export function smallBombOf(gigabytes: number, packed: number): Buffer {
  const megabytes = gigabytes * 1024;
  const one = deflateRawSync(Buffer.alloc(MEGABYTE, " "), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  let stream = Buffer.concat([
    Buffer.from([0x78, 0xda]),
    ...Array.from({ length: megabytes }, () => one),
    Buffer.from([0x03, 0x00]),
    adlerOfSpaces(BigInt(megabytes) * BigInt(MEGABYTE)),
  ]);
  for (let layer = 1; layer < packed; layer += 1) stream = deflateSync(stream, { level: 9 });
  return pdfOf([
    { dictionary: "/Type/Catalog/Pages 2 0 R" },
    { dictionary: "/Type/Pages/Kids[3 0 R]/Count 1" },
    { dictionary: "/Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R" },
    { dictionary: `/Filter[${"/FlateDecode".repeat(packed)}]`, stream },
  ]);
}

/** The checksum at the end of a packed stream (RFC 1950), of this many spaces. */
function adlerOfSpaces(count: bigint): Buffer {
  const [prime, space] = [65_521n, 32n];
  const first = (1n + count * space) % prime;
  const second = (count + (space * count * (count + 1n)) / 2n) % prime;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(Number((second << 16n) | first));
  return sum;
}

/** A page that is one grey picture, as a scanner makes it. */
export function pictureOf(): Buffer {
  const width = 40;
  const image = `/XObject<</Im1 5 0 R>>`;
  const page = { dictionary: `/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<${image}>>/Contents 4 0 R` };
  return pdfOf([
    { dictionary: "/Type/Catalog/Pages 2 0 R" },
    { dictionary: "/Type/Pages/Kids[3 0 R]/Count 1" },
    page,
    { dictionary: "", stream: Buffer.from("q 500 0 0 700 40 40 cm /Im1 Do Q") },
    {
      dictionary: `/Type/XObject/Subtype/Image/Width ${width}/Height ${width}/ColorSpace/DeviceGray/BitsPerComponent 8`,
      stream: Buffer.alloc(width * width, 0x80),
    },
  ]);
}

/** A page that opens only with a password: the marks of the standard lock, which no empty password fits. */
export function lockedPdf(): Buffer {
  const text = Buffer.from(printed("Nobody reads this", 50, 700));
  const lock = "0123456789abcdef0123456789abcdef";
  return pdfOf(
    [
      { dictionary: "/Type/Catalog/Pages 2 0 R" },
      { dictionary: "/Type/Pages/Kids[3 0 R]/Count 1" },
      { dictionary: "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" },
      { dictionary: "", stream: text },
      { dictionary: `/Filter/Standard/V 1/R 2/O(${lock})/U(${lock})/P -4` },
    ],
    `/Encrypt 5 0 R/ID[<${lock}><${lock}>]`,
  );
}
