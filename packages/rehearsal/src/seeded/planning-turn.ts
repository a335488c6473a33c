/** Plans by reading the document that the request holds: its chapters and features, whatever they are called. */
import type { ModelRequest } from "../model/request.ts";
import type { Turn } from "../model/script.ts";
import { fitTo } from "./fit.ts";

interface Section {
  readonly key: string;
  readonly title: string;
  readonly chapter: string | null;
  readonly text: string;
  readonly criteria: readonly string[];
}

/** The answer to a planner: the first level, the parts of one task, or a whole plan again. */
export function planningTurn(request: ModelRequest): Turn {
  const asked = request.users.at(-1) ?? "";
  const { chapters, features } = readDocument(request.text);
  const split = /\bsplit the task (\S+)/i.exec(asked)?.[1]?.replace(/[,.:]$/, "");
  const flat = /\bno further levels\b/i.test(asked) && split === undefined;
  const whole = /\bcorrected\b/i.test(asked);
  const deep = whole && /\bat most [2-9]/i.test(asked);
  const wanted =
    split !== undefined
      ? features.filter(({ chapter }) => chapter === split)
      : whole
        ? [...(deep ? chapters : []), ...features]
        : flat
          ? features
          : chapters;
  const requirements = requirementsIn(request.text);
  const answer = {
    tasks: wanted.map((section) => {
      const own = features.filter(({ key, chapter }) => key === section.key || chapter === section.key);
      const parent = section.chapter !== null && (split !== undefined || deep) ? section.chapter : null;
      return taskOf(section, parent, own, features, requirements);
    }),
    more_requirements: [],
    questions: [],
    assumptions: [],
  };
  return { json: request.schema === null ? answer : fitTo(request.schema, answer) };
}

function taskOf(
  section: Section,
  parent: string | null,
  own: readonly Section[],
  features: readonly Section[],
  requirements: readonly { readonly id: string; readonly text: string }[],
): object {
  const isChapter = !own.includes(section);
  const after = isChapter ? [] : basesOf(section, features);
  const quote = section.text.split(/(?<=\.)\s/)[0] ?? null;
  return {
    key: section.key,
    parent,
    parent_key: parent,
    title: section.title,
    description: section.text,
    type: "feature",
    acceptance: section.criteria.map((text) => ({ text, proof: null })),
    depends_on: after,
    requirements: requirements
      .filter(({ text }) => own.some((feature) => squeezed(feature.text).includes(squeezed(text))))
      .map(({ id }) => id),
    capabilities: [],
    exists: [],
    modules: ["src"],
    lines: isChapter ? 600 : 60,
    files: [],
    new_files: [...section.text.matchAll(/`(src\/[\w-]+\.mjs)` MUST/g)].map((match) => match[1]),
    estimate_minutes: isChapter ? null : 10,
    complexity: isChapter ? 7 : 3,
    priority: "medium",
    confidence: "high",
    questions: [],
    source_quote: isChapter ? `${section.title}` : quote,
  };
}

const squeezed = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? []).join("");
const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Keys of the features whose functions a text starts from. */
const basesOf = (section: Section, features: readonly Section[]): readonly string[] =>
  [...section.text.matchAll(/starts from what `?(\w+)`? of/g)].flatMap(([, name]) =>
    features.filter(({ text }) => new RegExp(`MUST export a function \`?${name}\\b`).test(text)).map(({ key }) => key),
  );

/** Chapters are `##` headings that have `###` headings below; what stands there until the list is the text. */
function readDocument(text: string): { readonly chapters: readonly Section[]; readonly features: readonly Section[] } {
  const document = /<document\b[^>]*>\n([\s\S]*?)<\/document>/.exec(text)?.[1] ?? text;
  const chapters: Section[] = [];
  const features: Section[] = [];
  for (const part of document.split(/^## /m).slice(1)) {
    const [head = "", ...below] = part.split(/^### /m);
    if (below.length === 0) continue;
    const title = head.split("\n", 1)[0]?.trim() ?? "";
    const chapter = slug(title);
    chapters.push({ key: chapter, title, chapter: null, text: `Everything under "${title}".`, criteria: [] });
    for (const one of below) {
      const [name = "", ...lines] = one.split("\n").map((line) => line.trim());
      const criteria = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
      const prose = lines.filter((line) => line !== "" && !line.startsWith("- ") && !/:$/.test(line));
      features.push({ key: slug(name), title: name, chapter, text: prose.join(" "), criteria });
    }
  }
  return { chapters, features };
}

/** "R-1a2b (must): The module …" between the marks for requirements. */
function requirementsIn(text: string): readonly { readonly id: string; readonly text: string }[] {
  const list = /<requirements>\n([\s\S]*?)\n<\/requirements>/.exec(text)?.[1] ?? "";
  return list.split("\n").flatMap((line) => {
    const [, id, said] = /^(\S+)(?: \([a-z]+\))?: (.+)$/.exec(line) ?? [];
    return id === undefined || said === undefined ? [] : [{ id, text: said }];
  });
}
