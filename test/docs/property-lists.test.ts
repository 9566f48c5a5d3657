import { expect, test } from 'vitest';
import type { ApiEntry } from '../../docs/site/api/model.ts';
import { NO_DOC } from '../../docs/site/api/read-doc.ts';
import { entryPage } from '../../docs/site/api/render-api.ts';
import { renderMarkdown } from '../../docs/site/render-markdown.ts';

function htmlOf(text: string, defaultValue?: string): string {
  const doc = { ...NO_DOC, text, defaultValue };
  const members = [{ name: 'mode', kind: 'property', signature: 'readonly mode?: string', doc }] as const;
  const entry: ApiEntry = {
    name: 'nudgeloop',
    slug: 'nudgeloop',
    source: 'src/index.ts',
    items: [{ name: 'Options', kind: 'interface', signature: 'interface Options', doc: NO_DOC, members, source: 'src/index.ts' }],
  };
  const { markdown } = entryPage(entry, { entries: [entry], homes: new Map([['Options', entry]]) });
  return renderMarkdown(markdown, { resolve: (href) => href, picture: (src) => src, ofName: () => undefined }).html.replaceAll(/\s*\n\s*/g, '');
}

test.each([
  ['behind a sentence', 'How it works:\n- `one`: the first\n  of both\n- `two`: the second'],
  ['in a paragraph of its own', 'How it works:\n\n- `one`: the first\n  of both\n- `two`: the second'],
])("a list in a property's description, %s, keeps its items, and the default comes behind it", (_title, text) => {
  const html = htmlOf(text, "'one'");
  expect(html).toContain("<ul><li><code>one</code>: the first of both</li><li><code>two</code>: the second</li></ul><p><em>Default:</em> <code>'one'</code>.</p></li>");
});

test("a property's paragraphs stay in its item, with the default behind the first", () => {
  expect(htmlOf('What it\nis.\n\nMore\nof it.', '5')).toContain('<p><strong><code>mode?</code></strong> <code>string</code><br>What it is. <em>Default:</em> <code>5</code>.</p><p>More of it.</p></li>');
});
