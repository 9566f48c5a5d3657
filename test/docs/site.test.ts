import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import { readApi } from '../../docs/site/api/read-api.ts';
import { buildSite } from '../../docs/site/build-site.ts';
import { filesUnder, kindOf, readText } from '../../docs/site/repository.ts';

const files = buildSite();
const pages = [...files].filter(([route]) => route.endsWith('.html'));
const idsOf = new Map(pages.map(([route, html]) => [route, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]));

/** What a page asks for: links, styles, scripts, pictures. Code that is shown has no tags of its own. */
const addressesIn = (html: string): string[] => [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
const isElsewhere = (address: string): boolean => /^[a-z]+:|^\/\//i.test(address);

function deadLinksIn([route, html]: readonly [string, string]): string[] {
  return addressesIn(html).filter((address) => {
    if (isElsewhere(address)) return false;
    const [path = '', anchor = ''] = address.split('#');
    const target = path === '' ? route : join(dirname(route), path);
    return !files.has(target) || (anchor !== '' && idsOf.get(target)?.has(decodeURIComponent(anchor)) !== true);
  });
}

describe('the site', () => {
  test('has a page for every text of the docs, every recipe and guide, and every entry of the package', () => {
    const texts = filesUnder('docs', '.md').map((path) => path.slice('docs/'.length).replace(/(?:README)?\.md$/, (end) => (end === '.md' ? '.html' : 'index.html')));
    const entries = ['nudgeloop', 'core', 'worker', 'react', 'store', 'testing', 'vite'].map((name) => `api/${name}.html`);
    const wanted = ['index.html', 'quick-start.html', 'promises.html', 'security.html', 'changelog.html', ...entries, ...texts];
    expect(wanted.filter((route) => !files.has(route))).toEqual([]);
  });

  test(`has no dead link on its ${pages.length} pages`, () => {
    expect(pages.flatMap((page) => deadLinksIn(page).map((address) => `${page[0]}: ${address}`))).toEqual([]);
  });

  test('works offline and from a folder: nothing comes from elsewhere, no address begins at a root', () => {
    const asked = pages.flatMap(([, html]) => [...html.matchAll(/<(?:script|img|link)[^>]*(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address));
    expect(asked.filter((address) => isElsewhere(address) || address.startsWith('/'))).toEqual([]);
    expect(files.get('assets/style.css')).not.toMatch(/@import|url\(/);
  });

  test('sends nobody who reads the name of the package to the plugin of that name', () => {
    expect(files.get('index.html')).toContain('<code>nudgeloop</code>');
    expect(pages.filter(([, html]) => html.includes('vite.html#nudgeloop">nudgeloop</a></code>')).map(([route]) => route)).toEqual([]);
  });

  test('has no two anchors of one name on a page', () => {
    const doubled = pages.flatMap(([route, html]) => {
      const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id);
      return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${route}#${id}`);
    });
    expect(doubled).toEqual([]);
  });

  test('skips no level of headings, and heads no row or column with nothing', () => {
    const texts = pages.filter(([route]) => !route.startsWith('source/'));
    const skipping = texts.filter(([, html]) => {
      const levels = [...html.slice(html.indexOf('<main')).matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
      return levels.some((level, index) => level > (levels[index - 1] ?? 0) + 1);
    });
    expect(skipping.map(([route]) => route)).toEqual([]);
    expect(texts.filter(([, html]) => /<th[^>]*><\/th>/.test(html)).map(([route]) => route)).toEqual([]);
  });

  test('loses nothing of the README', () => {
    const headings = [...readText('README.md').matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    const shown = ['index.html', 'quick-start.html', 'promises.html'].map((route) => files.get(route) ?? '').join('');
    // Two of them head a page of their own, under its title.
    expect(headings.filter((heading) => !['Five minutes', 'What we promise'].includes(heading) && !shown.includes(`${heading} <a`))).toEqual([]);
    expect(shown).toContain('id="five-minutes"');
  });
});

test('what the docs link to in the repository is there', () => {
  const texts = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...filesUnder('docs', '.md')];
  const dead = texts.flatMap((path) =>
    [...readText(path).replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, address = '']) => address.split('#')[0] ?? '')
      .filter((address) => address !== '' && !isElsewhere(address) && kindOf(join(dirname(path), address)) === undefined)
      .map((address) => `${path}: ${address}`),
  );
  expect(dead).toEqual([]);
});

test('each file that CONTRIBUTING names is there, and what it names in one', () => {
  const text = readText('CONTRIBUTING.md').replaceAll(/```[\s\S]*?```/g, '');
  const known = ['src', 'sw', 'test', 'scripts', 'docs'].flatMap((folder) => filesUnder(folder, ''));
  const files = [...text.matchAll(/`(\w[\w./-]*\.(?:ts|tsx|mjs|md))`/g)].map(([, name = '']) => name);
  expect(files.length).toBeGreaterThan(30);
  // `loop.ts` is the file of an example.
  const isThere = (name: string): boolean => name === 'loop.ts' || kindOf(name) === 'file' || known.some((path) => path.endsWith(`/${name}`));
  expect(files.filter((name) => !isThere(name))).toEqual([]);
  const named = [...readText('CONTRIBUTING.md').matchAll(/\[`([A-Z_]+)`\]\(([^)]+)\)/g)];
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter(([, name = '', path = '']) => !new RegExp(`const ${name}\\b`).test(readText(path))).map(([link]) => link)).toEqual([]);
});

test.each(['guides', 'recipes', 'decisions'])('the list of the %s names each of them, so that who follows a link to the folder finds it', (folder) => {
  const list = readText(`docs/${folder}/README.md`);
  const names = filesUnder(`docs/${folder}`, '.md').map((path) => path.slice(`docs/${folder}/`.length));
  expect(names.filter((name) => name !== 'README.md' && !list.includes(`](${name})`))).toEqual([]);
});

test.each(['guides', 'recipes'])('the menu has the %s in the order of their list: what is needed first comes first', (folder) => {
  const listed = [...new Set([...readText(`docs/${folder}/README.md`).matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => `${folder}/${name}.html`))];
  const menu = [...(files.get('index.html') ?? '').split('<main')[0]!.matchAll(/<li><a href="([^"]+)"/g)].map(([, address = '']) => address);
  expect(menu.filter((address) => address.startsWith(`${folder}/`))).toEqual(listed);
});

test('the list of the decisions has them in their order, each under its own title', () => {
  const lines = filesUnder('docs/decisions', '.md')
    .map((path) => ({ name: path.slice('docs/decisions/'.length), title: /^# (.+)$/m.exec(readText(path))?.[1] }))
    .flatMap(({ name, title }) => (name === 'README.md' ? [] : [`- [${name.slice(0, 4)}](${name}): ${title}`]));
  expect(readText('docs/decisions/README.md').split('\n').filter((line) => line.startsWith('- '))).toEqual(lines);
});

test('the sizes that the docs tell are the ceilings that the build is held to', () => {
  const script = readText('scripts/sizes.mjs');
  const ceilingOf = (what: string): string => (Number(new RegExp(`'${what}'.*ceiling: ([\\d_]+)`).exec(script)?.[1]?.replaceAll('_', '')) / 1_000).toFixed(1);
  const sizes = `${ceilingOf('nudgeloop, the page entry')} kB in the page and ${ceilingOf('nudgeloop/service-worker.js')} kB in the worker`;
  for (const page of ['README.md', 'docs/guides/questions.md']) expect(readText(page), page).toContain(sizes);
});

test('the recipe about errors names every code', () => {
  const codes = [...(/type NudgeloopErrorCode =([^;]+);/.exec(readText('src/errors.ts'))?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, code = '']) => code);
  const recipe = readText('docs/recipes/handling-errors.md');
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !recipe.includes(`\`${code}\``))).toEqual([]);
});

describe('the API pages', () => {
  const { entries, homes } = readApi();
  const membersOf = (...interfaces: readonly string[]): string[] =>
    interfaces.flatMap((name) => homes.get(name)?.items.find((item) => item.name === name)?.members.map((member) => member.name.replaceAll("'", '')) ?? []);

  test('say of every exported name what it is', () => {
    const silent = entries.flatMap(({ name, items }) => items.filter(({ doc }) => doc.text === '').map((item) => `${name}: ${item.name}`));
    expect(silent).toEqual([]);
  });

  test('say of every method what it does', () => {
    const silent = entries.flatMap(({ items }) =>
      items.flatMap(({ name, members }) => members.filter(({ kind, doc }) => kind === 'method' && doc.text === '').map((member) => `${name}.${member.name}`)),
    );
    expect([...new Set(silent)]).toEqual([]);
  });

  test('have an example for every function and class that an app starts from', () => {
    const isExempt = (name: string): boolean => ['createMemoryGoalStateBackend', 'createSequentialIds', 'epochAfterErasure'].includes(name);
    const bare = entries.flatMap(({ name, items }) =>
      items.filter(({ kind, doc, name: item }) => ['function', 'class'].includes(kind) && doc.examples.length === 0 && !isExempt(item)).map((item) => `${name}: ${item.name}`),
    );
    expect([...new Set(bare.map((line) => line.replace(/^.*: /, '')))]).toEqual([]);
  });

  test('name every option with its default, or say that it must be given', () => {
    const options = entries.flatMap(({ items }) => items.filter(({ name }) => name.endsWith('Options')));
    const vague = options.flatMap(({ name, members }) =>
      members.filter(({ signature, doc }) => /^(readonly )?\w+\?/.test(signature) && doc.defaultValue === undefined).map((member) => `${name}.${member.name}`),
    );
    expect([...new Set(vague)]).toEqual([]);
  });

  test.each([
    ['options', 'options', ['LoopTuning', 'LoopOptions', 'PortableClientOptions', 'ClientOptions', 'WorkerOptions']],
    ['methods and events', 'methods-and-events', ['LoopClient', 'DeadLetters', 'NudgeloopClient', 'NudgeloopEvents']],
  ])('have none of the %s that their guide leaves out', (_what, guide, interfaces) => {
    const text = readText(`docs/guides/${guide}.md`);
    const members = membersOf(...interfaces);
    expect(members.length).toBeGreaterThan(25);
    // At the head of a row, such as `outboxLimit`, `erase()`, `deadLetters.list(range)`; or as `dispose()`, below the rows.
    expect(members.filter((name) => !new RegExp(`^(?:\\||The client has )[^|]*\`(?:\\w*\\.)?${name}[\`(.]`, 'm').test(text))).toEqual([]);
  });

  test("describe each type that the client's methods, events and options name, since an app imports it by that name", () => {
    const known = new Set(['Shapes', 'Name', 'Other', 'Promise', 'PromiseLike', 'Readonly', 'Record', 'URL', 'ServiceWorkerRegistration']);
    const items = entries.find(({ name }) => name === 'nudgeloop')?.items.filter(({ kind }) => kind === 'interface') ?? [];
    const named = items.flatMap(({ members }) => members.flatMap(({ signature }) => signature.replaceAll(/'[^']*'|\/\*[\s\S]*?\*\//g, '').match(/\b[A-Z]\w+/g) ?? []));
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((name) => !homes.has(name) && !known.has(name))).toEqual([]);
  });
});

test('a class is shown with what it has of the one that it extends', () => {
  const items = readApi().entries.flatMap((entry) => entry.items);
  const members = items.find(({ name }) => name === 'GoalFeedbackWorker')?.members.map(({ name }) => name) ?? [];
  expect(members).toEqual(expect.arrayContaining(['constructor', 'handleEvent', 'record', 'setGoalState', 'start', 'stop', 'wake']));
  expect(new Set(members).size).toBe(members.length);
});

test('each option that the guide lists has a row on an API page', () => {
  const options = [...readText('docs/guides/options.md').matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  const members = new Set(readApi().entries.flatMap(({ items }) => items.flatMap((item) => item.members.map(({ name }) => name))));
  expect(options.length).toBeGreaterThan(25);
  expect(options.filter((name) => !members.has(name))).toEqual([]);
});

test('what an interface is said to extend is described too, since what it has of that is shown there only', () => {
  const { entries, homes } = readApi();
  const bases = entries.flatMap(({ items }) =>
    items
      .filter(({ kind }) => kind === 'interface')
      // Type parameters extend something too.
      .map(({ name, signature }) => ({ name, head: signature.replaceAll(/<[^<>]*>/g, '') }))
      .flatMap(({ name, head }) => [...(/ extends (.+)$/s.exec(head)?.[1] ?? '').matchAll(/\b[A-Z]\w+/g)].map(([base]) => ({ name, base }))),
  );
  expect(bases.length).toBeGreaterThan(5);
  expect([...new Set(bases.filter(({ base }) => !homes.has(base)).map(({ name, base }) => `${name} extends ${base}`))]).toEqual([]);
});
