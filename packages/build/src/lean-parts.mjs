// @ts-check

/** `var x_exports={};__export(x_exports,{a:()=>a,b:()=>b});` as esbuild writes it without white space. */
const NAMESPACE = /var (\w+)=\{\};\s*__export\(\1,\s*\{((?:[^{}])*)\}\);/g;
/** `()=>(init_x(),__toCommonJS(x_exports))`: what a joined part answers when it is asked for. */
const ASKED = /__toCommonJS\((\w+)\)/g;
const MEMBER = /\s*("?[\w$]+"?)\s*:\s*\(\)\s*=>\s*([\w$]+)\s*(?:,|$)/y;

/**
 * A joined text in which the object that stands for a part is made when it is asked for from outside. esbuild makes all of
 * them at every start, and copies each, property by property: a thirtieth of what a start costs. What the text itself looks
 * into stays as it was.
 * @param {string} text
 */
export function leanParts(text) {
  const asked = new Set(Array.from(text.matchAll(ASKED), ([, name]) => name));
  /** @type {Map<string, string>} */
  const late = new Map();
  const without = text.replace(NAMESPACE, (whole, /** @type {string} */ name, /** @type {string} */ body) => {
    const members = membersIn(body);
    // Three times: where it is made, where it is filled, and where it is asked for.
    if (members === null || !asked.has(name) || countOf(text, name) !== 3) return whole;
    late.set(name, `{__esModule:!0,${members.map(([key, value]) => `get ${key}(){return ${value}}`).join(",")}}`);
    return "";
  });
  return without.replace(ASKED, (whole, /** @type {string} */ name) => late.get(name) ?? whole);
}

/**
 * Names and what they stand for; null where something else stands there.
 * @param {string} body
 */
function membersIn(body) {
  /** @type {[string, string][]} */
  const members = [];
  MEMBER.lastIndex = 0;
  for (let at = 0; at < body.trimEnd().length; at = MEMBER.lastIndex) {
    const [, key, value] = MEMBER.exec(body) ?? [];
    if (key === undefined || value === undefined) return null;
    members.push([key, value]);
  }
  return members;
}

/**
 * @param {string} text
 * @param {string} name
 */
const countOf = (text, name) => text.match(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, "g"))?.length ?? 0;
