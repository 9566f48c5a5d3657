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

/** Fences say `vue` and `svelte`, which are markup with scripts to a highlighter. */
const ALIASES: Readonly<Record<string, string>> = { vue: 'xml', svelte: 'xml' };

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Colours code, by classes; of a language that is not known it only escapes. */
export function highlight(code: string, language: string): string {
  const name = ALIASES[language] ?? language;
  if (hljs.getLanguage(name) === undefined) return escapeHtml(code);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}

/** Links the names in highlighted code that `linkOf` knows; tags and entities stay as they are. */
export function linkNames(html: string, linkOf: (name: string) => string | undefined): string {
  return html.replaceAll(/<[^>]*>|&\w+;|[A-Za-z_$][\w$]*/g, (token) => {
    if (!/^[A-Za-z_$]/.test(token)) return token;
    const href = linkOf(token);
    return href === undefined ? token : `<a href="${href}">${token}</a>`;
  });
}
