import { runInNewContext } from 'node:vm';
import MiniSearch from 'minisearch';
import { describe, expect, test } from 'vitest';
import { buildSite } from '../../docs/site/build-site.ts';
import { readText } from '../../docs/site/repository.ts';
import type { SearchEntry } from '../../docs/site/search-entries.ts';

type Search = (question: string) => readonly Pick<SearchEntry, 'url' | 'page' | 'heading'>[] | undefined;
interface Page {
  searchEntries: readonly SearchEntry[];
  createSearch(library: typeof MiniSearch, entries: readonly SearchEntry[]): Search;
}

/** The search of the site, made by the scripts that readers load. */
function loadSearch(): Search {
  const page = {} as Page;
  const scripts = [buildSite().get('assets/search-entries.js'), readText('docs/site/assets/search.js')];
  for (const script of scripts) runInNewContext(script ?? '', { window: page });
  return page.createSearch(MiniSearch, page.searchEntries);
}

const search = loadSearch();
const addressesFor = (question: string): string[] => (search(question) ?? []).map(({ url }) => url);

describe('the search', () => {
  test.each([
    ['retentionLimit', 'api/nudgeloop.html#LoopTuning', 'guides/options.html#of-a-loop'],
    ['outboxLimit', 'api/nudgeloop.html#LoopTuning', 'guides/options.html#of-a-loop'],
    ['queueLimit', 'api/nudgeloop.html#PortableClientOptions', 'guides/options.html#of-the-client'],
    ['trusted', 'api/nudgeloop.html#GoalFeedbackStrategy'],
    ['acknowledge', 'api/nudgeloop.html#LoopClient.acknowledge'],
    ['call.timeout', 'recipes/handling-errors.html', 'api/nudgeloop.html#NudgeloopErrorCode'],
  ])('of %s leads to where it is explained, before what only mentions it', (words, ...wanted) => {
    expect(addressesFor(words).slice(0, 4)).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['how to install with vite', 'quick-start.html#1-install'],
    ['what does worker.fallback mean', 'recipes/handling-errors.html#what-is-no-error'],
    ['erase', 'recipes/export-import-erase.html'],
    ['multiple users', 'recipes/goals-per-user-and-named-loops.html'],
    ['does it work on an iPhone', 'compatibility.html'],
    ['does it work offline', 'recipes/offline-apps.html'],
    ['why no nudge', 'recipes/no-nudge-comes.html'],
    ['update the worker', 'guides/updating.html'],
    ['error codes', 'recipes/handling-errors.html'],
    ['which events are there', 'guides/methods-and-events.html#events'],
    ['disk full', 'recipes/handling-errors.html#a-full-disk'],
    ['content security policy', 'security.html#content-security-policy'],
    ['react', 'guides/react.html'],
    ['getting started', 'quick-start.html'],
    ['jest', 'guides/test-problems.html#jest-without-es-modules'],
    // Deep in a table.
    ['electron', 'guides/registration-problems.html'],
    ['nextjs', 'recipes/nextjs.html'],
    ['typescript', 'recipes/types-of-your-own.html'],
  ])('answers a newcomer’s question by what it finds first: %s', (question, address) => {
    expect(addressesFor(question)[0]).toBe(address);
  });

  test.each([
    ['firefox', 'does-it-work-in-firefox-safari-chrome-and-edge'],
    ['size', 'how-large-is-it-what-is-its-bundle-size'],
    ['private window', 'what-happens-in-a-private-incognito-window'],
    ['delete everything of a user', 'how-do-i-delete-everything-of-a-user'],
    ['deleted data', 'can-the-browser-delete-the-data'],
    ['what happens on logout', 'what-happens-at-a-logout-or-when-another-user-signs-in'],
    ['see what is stored', 'where-is-the-data-stored-and-how-do-i-see-it'],
    ['show once per day', 'how-do-i-show-a-nudge-only-once-a-day-or-less-often'],
    ['test with fake time', 'how-do-i-test-with-fake-time-in-vitest-or-jest'],
    ['uninstall', 'how-do-i-uninstall-it'],
    ['license', 'what-is-its-license'],
  ])('leads with the short answer, before pages for the makers, and pages that have only one of the words: %s', (question, anchor) => {
    expect(addressesFor(question)[0]).toBe(`guides/questions.html#${anchor}`);
  });

  test('of a name that is still being typed finds it, also one with a dot', () => {
    expect(addressesFor('worker.fa')[0]).toBe('recipes/handling-errors.html#what-is-no-error');
    expect(addressesFor('retentionLi')).toContain('guides/options.html#of-a-loop');
    // What is typed so far ends like another word.
    for (const words of ['eras', 'erase', 'export, import, eras']) expect(addressesFor(words)[0]).toBe('recipes/export-import-erase.html');
    expect(addressesFor('acknowle')).toEqual(expect.arrayContaining(['api/nudgeloop.html#LoopClient.acknowledge']));
  });

  test('names the beginning of a page by its title once, and a part by both', () => {
    const names = (search('offline') ?? []).map(({ page, heading }) => [page, heading]);
    expect(names).toEqual(expect.arrayContaining([['Offline apps', ''], ['Offline apps', 'One worker for shell and loop']]));
  });

  test('tells a question without a telling word from one that nothing answers', () => {
    expect(search('how do I')).toBeUndefined();
    expect(search('what is it?')).toBeUndefined();
    expect(search('zzzzqqqq')).toEqual([]);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('answers a name that every object has like any other: %s', (name) => {
    expect(Array.isArray(search(name))).toBe(true);
    expect(addressesFor(`${name} erase`)).toContain('recipes/export-import-erase.html');
  });
});
