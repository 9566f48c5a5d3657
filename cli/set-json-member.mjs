/**
 * @typedef {object} Member
 * @property {string} name
 * @property {number} start where the value begins
 * @property {number} end where it ends
 */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Sets a member in the text of a JSON object, and leaves every other character as it is: people keep lists on one line, and
 * blank lines where they like them.
 *
 * @param {string} text a JSON object; a new member is added at its end
 * @param {string} name
 * @param {unknown} value
 * @returns {string}
 */
export function setJsonMember(text, name, value) {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /\{\s*?\n([ \t]+)"/.exec(text)?.[1] ?? '';
  const break_ = indent === '' ? '' : `${eol}${indent}`;
  const written = JSON.stringify(value, null, indent).replaceAll('\n', break_);
  const members = membersOf(text);
  const known = members.findLast((member) => member.name === name);
  if (known !== undefined) return text.slice(0, known.start) + written + text.slice(known.end);
  const member = `${break_}${JSON.stringify(name)}:${indent === '' ? '' : ' '}${written}`;
  const last = members.at(-1);
  if (last !== undefined) return `${text.slice(0, last.end)},${member}${text.slice(last.end)}`;
  const start = text.indexOf('{') + 1;
  return `${text.slice(0, start)}${member}${text.slice(text.lastIndexOf('}'))}`;
}

/**
 * The members of the outermost object.
 *
 * @param {string} text
 */
function membersOf(text) {
  /** @type {Member[]} */
  const members = [];
  let depth = 0;
  let name = '';
  let start = -1;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && token === ':') {
      start = index;
      continue;
    }
    if (depth === 1 && start < 0 && token.startsWith('"')) name = JSON.parse(token);
    const isFirst = depth === 1 && start >= 0 && text.slice(start, index).trim() === ':';
    if (isFirst) start = index;
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    const isWhole = depth === 1 && start >= 0 && token !== ',';
    if (!isWhole) continue;
    members.push({ name, start, end: index + token.length });
    start = -1;
  }
  return members;
}
