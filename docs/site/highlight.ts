import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';

for (const [name, language] of Object.entries({ bash, css, javascript, json, python, typescript, xml })) {
  hljs.registerLanguage(name, language);
}

/** Fences say `vue`, `svelte` and `astro`, which the highlighter treats as markup with scripts. */
const ALIASES: Readonly<Record<string, string>> = { vue: 'xml', svelte: 'xml', astro: 'xml' };

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Marks code with classes for its colors. If the language is unknown, it only escapes the code. */
export function highlight(code: string, language: string): string {
  const name = ALIASES[language] ?? language;
  if (hljs.getLanguage(name) === undefined) return escapeHtml(code);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}

/** Changes the words of HTML, but no tags and entities. */
function mapWords(html: string, change: (word: string) => string): string {
  return html.replaceAll(/<[^>]*>|&\w+;|[A-Za-z_$][\w$]*/g, (token) => (/^[A-Za-z_$]/.test(token) ? change(token) : token));
}

/** Links the names in highlighted code that `linkOf` knows. */
export function linkNames(html: string, linkOf: (name: string) => string | undefined): string {
  return mapWords(html, (name) => {
    const href = linkOf(name);
    return href === undefined ? name : `<a href="${href}">${name}</a>`;
  });
}

/** Lets long names break before a capital, and nowhere else. */
export function breakNames(html: string): string {
  return mapWords(html, (name) => (name.length < 12 ? name : name.replaceAll(/([a-z0-9])(?=[A-Z])/g, '$1<wbr>')));
}
