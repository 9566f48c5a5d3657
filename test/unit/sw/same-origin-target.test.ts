import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameOriginTarget } from '../../../sw/notifications/same-origin-target.ts';

const ORIGIN = 'https://app.example';

describe('the link of a notification', () => {
  test.each([
    ['/today', '/today'],
    ['today', '/today'],
    ['/', '/'],
    ['?day=1', '/?day=1'],
    ['#steps', '/#steps'],
    ['/a/../b', '/b'],
    ['/grüße', '/gr%C3%BC%C3%9Fe'],
    ['/a//b', '/a//b'],
    ['/%2f%2fevil.example', '/%2f%2fevil.example'],
    ['/@evil.example', '/@evil.example'],
    ['/javascript:alert(1)', '/javascript:alert(1)'],
    ['./javascript:alert(1)', '/javascript:alert(1)'],
    ['https:today', '/today'],
    ['https://app.example/today', '/today'],
    ['HTTPS://APP.EXAMPLE/today', '/today'],
    ['https://app.example:443/today', '/today'],
  ])('%s is one of this site', (url, path) => {
    expect(sameOriginTarget(url, ORIGIN)).toBe(`${ORIGIN}${path}`);
  });

  test.each([
    'https://evil.example/',
    'https://app.example.evil.example/',
    'https://evil.example#app.example',
    'https://app.example:8443/',
    'http://app.example/',
    '//evil.example',
    '//app.example/today',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\today',
    'https:/\\evil.example',
    'https:///evil.example',
    'https:evil\\@x',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '\u0000//evil.example',
    '/a b',
    '/a\u007F',
    'https://user@app.example/',
    'https://user:secret@app.example/',
    'https://app.example@evil.example/',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,hello',
    'blob:https://app.example/1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    'filesystem:https://app.example/temporary/x',
    'about:blank',
    'view-source:https://app.example/',
    'file:///etc/hosts',
    'ws://app.example/',
    'mailto:somebody@app.example',
    'https://',
    'https://[',
    '',
    null,
    undefined,
    7,
    {},
    ['/today'],
    { toString: (): string => '/today' },
  ])('%j is refused', (url) => {
    expect(sameOriginTarget(url, ORIGIN)).toBeUndefined();
  });

  test('is refused beyond 2,048 characters, and when it grows beyond them', () => {
    expect(sameOriginTarget(`/${'a'.repeat(2_000)}`, ORIGIN)).toBeDefined();
    expect(sameOriginTarget(`/${'a'.repeat(2_048)}`, ORIGIN)).toBeUndefined();
    expect(sameOriginTarget(`/${'ü'.repeat(1_000)}`, ORIGIN)).toBeUndefined();
  });

  test('may be http on a site that is, and is nothing on one without an origin', () => {
    expect(sameOriginTarget('/today', 'http://localhost:5173')).toBe('http://localhost:5173/today');
    expect(sameOriginTarget('/today', 'null')).toBeUndefined();
    expect(sameOriginTarget('data:text/html,hello', 'null')).toBeUndefined();
  });

  test.each(['/popup.html', 'popup.html', 'chrome-extension://abcdefghijklmnop/popup.html'])('%s is a page of a browser extension', (url) => {
    const origin = 'chrome-extension://abcdefghijklmnop';
    expect(sameOriginTarget(url, origin)).toBe(`${origin}/popup.html`);
  });

  test.each(['https://app.example/', 'chrome-extension://another/popup.html', '//another/popup.html', 'javascript:alert(1)'])(
    '%s is refused in a browser extension',
    (url) => expect(sameOriginTarget(url, 'chrome-extension://abcdefghijklmnop')).toBeUndefined(),
  );

  test('whatever it is, what is left of it is of this site, and stays as it is when read again', () => {
    const pieces = fc.constantFrom('/', '\\', '//', ':', '@', 'https:', 'javascript:', 'blob:', 'app.example', 'evil.example', '\t', '\n', ' ', '%2f', '.', '..', '?', '#', '[', 'ü', '\u0000');
    const urls = fc.oneof(fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')), fc.webUrl(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(urls, (url) => {
        const target = sameOriginTarget(url, ORIGIN);
        if (target === undefined) return;
        expect(target.startsWith(`${ORIGIN}/`)).toBe(true);
        expect(new URL(target).origin).toBe(ORIGIN);
        expect(sameOriginTarget(target, ORIGIN)).toBe(target);
      }),
      { numRuns: 500 },
    );
  });
});
