/**
 * What a section of a requirements document is for, told from its title.
 * `work`: says what to build. `criteria`: how to see that it is built. `context`: explains; only its MUST sentences bind.
 * `goals`: the wish behind the work; used when nothing else says what to build. `aside`: options, risks, research and the
 * like, from which nothing is made. The others are lists of their own.
 */
export type SectionKind =
  | "work"
  | "criteria"
  | "context"
  | "goals"
  | "aside"
  | "non-goals"
  | "questions"
  | "assumptions";

/** Says "work" whatever else the title holds: "Phase 0: Research", "Feature 3: Risk register". */
const STRONG =
  /^(?:feature|phase|milestone|epic|step|stage|sprint|iteration|(?:user )?story|component|module|workstream|deliverable|work package)\s*(?:\d|[ivx]+\b|[a-z]\b|[:–—-])/;

/** Anywhere in the title. */
const LOOSE: readonly (readonly [SectionKind, RegExp])[] = [
  [
    "non-goals",
    /\bnon-?\s?goals?\b|\bout of scope\b|\bnot in scope\b|\bexclusions?\b|\bwon'?t (?:do|have|build)\b|\bwhat (?:this|it) (?:is not|does not)\b/,
  ],
  ["questions", /\bopen (?:questions?|issues|points)\b|\bunresolved\b|\bto be (?:decided|determined|clarified)\b/],
  ["criteria", /\b(?:success|acceptance|exit) criteria\b|\bmeasurable outcomes?\b|\bdefinition of done\b/],
  [
    "aside",
    /^(?:options?|approaches|ideas|designs?) (?:\w+ ){0,2}(?:considered|looked at|weighed|rejected|dropped|evaluated|discussed|compared)\b|^(?:considered|rejected|discarded) (?:options?|approaches|ideas|designs?)\b|\balternatives?\b|\bpros\b|\bcons\b|\btrade-?offs?\b|\brecommendations?\b|\bchallenges?\b|\brisks?\b|\bmitigations?\b/,
  ],
  [
    "aside",
    /\b(?:success|key|product|business) metrics\b|\bkpis?\b|\bfuture (?:work|implementations?|phases?|versions?|releases?|plans?|steps|enhancements?|ideas?|considerations?|improvements?|directions?|extensions?)\b/,
  ],
  [
    "aside",
    /\bhow (?:we|you|to) (?:will )?(?:know|measure|tell|judge)\b|^(?:meeting )?notes? (?:from|of|on|about)\b|^legend$|^format: \[|\bconventions$/,
  ],
  [
    "aside",
    /\bnice[- ]to[- ]haves?\b|\bchange ?log\b|\brevision history\b|\bresearch topics?\b|\bdecision log\b|\bexecution flow\b|\b(?:core|key) question\b/,
  ],
];

/** The whole title, without its number. */
const EXACT: readonly (readonly [SectionKind, RegExp])[] = [
  [
    "aside",
    /^(?:options?|option [\da-z]+\b.*|approach [\da-z]+\b.*|architectur\w+ decisions?\b.*|decisions?(?:$|:.*| made| taken)|rationale|metrics|research|examples?|example .*|sample .*|appendix\b.*|references?|links|see also|resources|glossary|terminology|definitions|history|later|ideas|roadmap|notes?|dependenc(?:y|ies)(?: (?:graph|map|matrix|order|notes?|(?:&|and)\b.*|& .*))?|.* dependencies|.*\bexecution order|.*\bordering(?: strategy)?|.*\b(?:dependency|tdd|work) order|parallel(?:ization|isation| opportunities| example.*)|implementation strategy|timelines?\b.*|(?:time ?|release )?schedule|deadlines?|budget|team|staffing|approvals?|sign-?off)$/,
  ],
  [
    "aside",
    /^(?:constitution check|progress tracking|complexity tracking|project structure|directory (?:structure|layout)|source code.*|document(?:ation|s) \(.*|gate status|phase status)$/,
  ],
  [
    "context",
    /^(?:overview|summary|(?:executive|project) summary|introduction|intro|background|context|technical context|motivation|problem(?: statement)?|the problem|why|rationale|status|stakeholders|(?:user |target |buyer )?personas?\b.*|users|target (?:market|group)s?|(?:tech(?:nical|nology)?|software) stack|technolog(?:y|ies)|target (?:users|audience)|audience|(?:who|whom) (?:it|this) is for|for whom.*|who (?:uses|will use|needs) (?:it|this)|architecture|technical (?:architecture|design|details?)|.* architecture|data model|database schema.*|schema|key entities|entities|configuration|command(?:[- ]line)? interface|usage|interface|about|how it works|assumptions and constraints|table of contents|contents|toc)$/,
  ],
  [
    "goals",
    /^(?:vision|goals?|objectives?|aims?|purpose|mission|goals and objectives|product vision|business goals?)$/,
  ],
  [
    "criteria",
    /^(?:(?:technical|design|business|project|legal|other) )?constraints$|^(?:acceptance|acceptance scenarios?|acceptance tests?|done when|verification)$/,
  ],
  ["questions", /^(?:questions?|tbd|unknowns|clarifications?(?: needed)?)$/],
  ["assumptions", /^assumptions$/],
];

/** "1.1 Parser", "2) Parser", "A. Parser": the number and the rest. */
export function splitNumber(title: string): { readonly number: string | null; readonly rest: string } {
  const match = /^(\d{1,3}(?:\.\d{1,3})*)[.)]?\s+(?=\S)/.exec(title);
  if (match === null) return { number: null, rest: title };
  return { number: match[1] ?? null, rest: title.slice(match[0].length) };
}

/** Words that explain when they head a chapter, and name a feature when they stand in a list of features. */
const AMBIGUOUS =
  /^(?:history|notes?|links|resources|references|configuration|interface|usage|status|users|schema|examples?|options?|later|ideas|metrics)$/;

/**
 * The kind that a title tells, or null when it tells nothing and the section takes after its parent. `inList`: it heads one of
 * several features, components or requirements.
 */
export function kindOfTitle(title: string, inList = false): SectionKind | null {
  const plain = splitNumber(title.toLowerCase().replace(/[*_`]/g, "").replace(/[:.]$/, "").trim()).rest.slice(0, 200);
  // "Data model → data-model.md": what came out of work that is done.
  if (/(?:→|->|=>)\s*`?[\w./-]*(?:\.md|\/)`?$/.test(plain)) return "context";
  if (STRONG.test(plain)) return "work";
  for (const [kind, pattern] of LOOSE) if (pattern.test(plain)) return kind;
  const bare = plain.replace(/^[^\p{L}]+/u, "").replace(/\s*\(.*\)$/, "");
  if (inList && AMBIGUOUS.test(bare)) return "work";
  for (const [kind, pattern] of EXACT) if (pattern.test(bare)) return kind;
  return null;
}

/** Titles of a plan of work: what stands under "Phase 2" or "Rollout" is to be done, and was asked for elsewhere. */
export const isScheduleTitle = (title: string): boolean =>
  /^(?:phase|milestone|stage|sprint|iteration|step)\s*(?:\d|[ivx]+\b|[a-h]\b)|^(?:implementation|delivery|development|rollout|release|project)(?: (?:phases?|plan|tasks?|steps|roadmap))?$/i.test(
    splitNumber(title).rest.trim(),
  );

/** Titles that only hold other things together: their sections stand for themselves. */
export const isContainerTitle = (title: string): boolean =>
  /^(?:(?:key|core|main|system) )?(?:components?|features?|modules?|parts?)$|^(?:(?:functional|non-?functional|product|technical|system|detailed|core|key|business|user) )*requirements?(?: specification)?$|^(?:implementation|delivery|development|project|rollout)(?: (?:phases?|plan|tasks?|steps|roadmap|details))?$|^(?:phases?|milestones?|epics?|stages|tasks?|task list|backlog|todos?|to do|work|work items|user scenarios.*|user stories|stories|use cases|scope|in scope|deliverables|specification|spec|details|what to build|capabilities)$/i.test(
    splitNumber(title).rest.trim(),
  );
