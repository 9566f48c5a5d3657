import type { Outcome, Row } from './outcome.ts';

/** The cells of the tables, by title and engine. */
export type Cells = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** An engine's column. */
export interface Column {
  /** The name without a version, such as `Firefox`. */
  readonly name: string;
  /** The version that ran; undefined if none did. */
  readonly version?: string;
}

/** The content of the page. */
export interface Compatibility {
  readonly cells: Cells;
  readonly columns: readonly Column[];
}

/** The text of a cell if nothing has run. */
const UNKNOWN = 'not run';

const PARTS = [
  ['scenario', 'What a user gets'],
  ['feature', 'What the browser has'],
] as const;

const INTRO = `# Compatibility

What Nudgeloop does in each browser engine, and what it does instead if the browser lacks something.

The test suite writes this page from what it saw: \`npm run engines -- --write\` runs the built package in real browsers.
\`npm test\` fails if the results differ from this page. Safari, on macOS and iOS (iPhone, iPad), shares WebKit with
WebKitGTK, but was not run. By the features that the code uses, it works from 15.4 on, Chrome and Edge from 93, Firefox
from 96.

- **passed**, **supported**: seen to work.
- **not supported**: the browser lacks it. What Nudgeloop does instead follows.
- **not tested**: it can't be brought about in that browser here, for the given reason.`;

/** The text of a cell for an outcome. */
export function cellOf({ part }: Row, outcome: Outcome): string {
  if (outcome.is === 'absent') return `not supported: ${outcome.instead}`;
  if (outcome.is === 'untested') return `not tested: ${outcome.why}`;
  return part === 'feature' ? 'supported' : 'passed';
}

/** Whether a cell says that this could not be tested. */
export const isUntested = (cell: string): boolean => cell.startsWith('not tested');

/** Writes the page. */
export function compatibilityDocument(rows: readonly Row[], { columns, cells }: Compatibility): string {
  const heads = columns.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  const tables = PARTS.map(([part, heading]) => {
    const lines = rows.filter((row) => row.part === part).map(({ title }) => lineOf([title, ...columns.map(({ name }) => cells.get(title)?.get(name) ?? UNKNOWN)]));
    return [`## ${heading}`, '', lineOf([heading, ...heads]), lineOf(['---', ...columns.map(() => '---')]), ...lines].join('\n');
  });
  return `${[INTRO, ...tables].join('\n\n')}\n`;
}

/** Reads the page, with the versions that it names. */
export function readCompatibility(text: string): Compatibility {
  const cells = new Map<string, Map<string, string>>();
  let columns: Column[] = [];
  for (const line of text.split('\n').filter((each) => each.startsWith('|'))) {
    const [title = '', ...rest] = line.slice(2, -2).split(' | ');
    if (title === '---') continue;
    if (PARTS.some(([, heading]) => heading === title)) {
      columns = rest.map((head) => {
        const [, name = head, version] = /^(\S+)(?: (.+))?$/.exec(head) ?? [];
        return version === undefined ? { name } : { name, version };
      });
      continue;
    }
    cells.set(title, new Map(columns.map(({ name }, index) => [name, rest[index] ?? UNKNOWN])));
  }
  return { cells, columns };
}

/** Titles and reasons are plain sentences: a bar in one would start another cell. */
function lineOf(cells: readonly string[]): string {
  const broken = cells.find((cell) => /[|\n]/.test(cell));
  if (broken !== undefined) throw new Error(`No cell may have a bar or a line's end in it: ${broken}`);
  return `| ${cells.join(' | ')} |`;
}
