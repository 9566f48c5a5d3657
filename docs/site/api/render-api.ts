import type { Page } from '../pages.ts';
import type { Api, ApiEntry, ApiItem, ApiMember, Doc } from './model.ts';

const GROUPS: readonly (readonly [kind: ApiItem['kind'], title: string])[] = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['constant', 'Constants'],
  ['interface', 'Interfaces'],
  ['type', 'Types'],
];

/** On one line, to fit into a list. */
const inline = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
const fence = (code: string): string => `\`\`\`ts signature\n${code}\n\`\`\``;

/** What can go wrong, as a list of codes. All of them belong to a `NudgeloopError`, which the comment names first. */
const throwsText = (text: string): string => `**Throws** ${inline(text).replace(/^NudgeloopError\b/, '`NudgeloopError`')}`;

function docLines({ text, params, returns, throws, defaultValue, examples }: Doc): string[] {
  return [
    text,
    params.map(({ name, text }) => `- \`${name}\`: ${inline(text)}`).join('\n'),
    returns === undefined ? '' : `**Returns** ${inline(returns)}`,
    ...throws.map(throwsText),
    defaultValue === undefined ? '' : `**Default** ${defaultText(defaultValue)}`,
    ...examples,
  ];
}

/** Shows a default as code if it is a value, and as text if it is words. */
const defaultText = (text: string): string => {
  const plain = inline(text);
  return /^(['"{[\d]|true$|false$|null$)/.test(plain) ? `\`${plain}\`` : plain;
};

/** Where an item of a list begins. */
const LIST_ITEM = /^(?=\s*(?:[-*]|\d+\.)\s)/m;

/** A paragraph on one line, and each item of a list in it on its own, indented for the property's item. */
const indented = (paragraph: string): string => paragraph.split(LIST_ITEM).map((line) => inline(line).trim()).join('\n  ');

/** A property in a list: its name, type, description and default. */
function propertyLine({ name, signature, doc }: ApiMember): string {
  const plain = inline(signature).replace(/^(readonly|static|override)\s+/, '').replace(/^readonly\s+/, '');
  const [, mark = '', type = plain] = /^[\w$'".-]+(\??)\s*[:=]?\s*([\s\S]*)$/.exec(plain) ?? [];
  const [first = '', ...rest] = doc.text.split(/\n\n+/).map(indented);
  const byDefault = doc.defaultValue === undefined ? [] : [`*Default:* ${defaultText(doc.defaultValue)}.`];
  // On the line of a list, the default would belong to its last item.
  const [text, ...more] = LIST_ITEM.test(doc.text) ? [first, ...rest, ...byDefault] : [[first, ...byDefault].filter(Boolean).join(' '), ...rest];
  return [`- **\`${name}${mark}\`** \`${type}\`${text === '' ? '' : `\\\n  ${text}`}`, ...more].join('\n\n  ');
}

function memberLines(item: ApiItem): string[] {
  const properties = item.members.filter(({ kind }) => kind === 'property');
  const others = item.members.filter(({ kind }) => kind !== 'property');
  const titleOf = ({ kind, name }: ApiMember): string => (kind === 'constructor' ? `new ${item.name}()` : `${name}()`);
  return [
    properties.map(propertyLine).join('\n'),
    ...others.flatMap((member) => [
      `#### ${titleOf(member)} {#${item.name}.${member.name}}`,
      fence(member.signature),
      ...docLines(member.doc),
    ]),
  ];
}

function itemLines(item: ApiItem): string[] {
  const { examples, ...doc } = item.doc;
  return [
    `### ${item.name} {#${item.name}}`,
    // The first line of an interface only repeats the heading, unless it extends another one.
    item.kind === 'interface' && !item.signature.includes(' extends ') ? '' : fence(item.signature),
    ...docLines({ ...doc, examples: [] }),
    ...memberLines(item),
    ...examples,
    `Source: [${item.source}](/${item.source})`,
  ];
}

/** Enough to tell whether it is what the reader looks for. */
const firstSentence = (text: string): string => /^.*?(?:[.:](?=\s)|$)/.exec(inline(text))?.[0].replace(/:$/, '.') ?? '';

/** The page of one entry, as Markdown. */
export function entryPage(entry: ApiEntry, { homes }: Api): Omit<Page, 'section'> {
  const own = entry.items.filter(({ name }) => homes.get(name) === entry);
  const shared = entry.items.filter((item) => !own.includes(item));
  const groups = GROUPS.flatMap(([kind, title]) => {
    const items = own.filter((item) => item.kind === kind).sort((a, b) => a.name.localeCompare(b.name));
    return items.length === 0 ? [] : [`## ${title}`, ...items.flatMap(itemLines)];
  });
  const links = shared.map(({ name, doc }) => `- [\`${name}\`](${homes.get(name)?.slug ?? ''}.md#${name}): ${firstSentence(doc.text)}`);
  const lines = [
    `# ${entry.name}`,
    fence(`import { … } from '${entry.name}';`),
    ...groups,
    ...(links.length === 0 ? [] : ['## Also exported', 'Each is the same as in the entry that describes it.', links.join('\n')]),
  ];
  return {
    route: `api/${entry.slug}.html`,
    source: `docs/api/${entry.slug}.md`,
    title: entry.name,
    markdown: `${lines.filter((line) => line !== '').join('\n\n')}\n`,
  };
}
