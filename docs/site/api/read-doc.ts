import type { Checker, Symbol } from 'typescript/unstable/sync';
import type { Doc } from './model.ts';

export const NO_DOC: Doc = { text: '', params: [], returns: undefined, throws: [], defaultValue: undefined, examples: [] };

export function readDoc(checker: Checker, symbol: Symbol | undefined): Doc {
  if (symbol === undefined) return NO_DOC;
  const tags = checker.getJsDocTagsOfSymbol(symbol);
  const all = (wanted: string): string[] => tags.flatMap(({ name, text = '' }) => (name === wanted ? [text.trim()] : []));
  return {
    text: checker.getDocumentationCommentOfSymbol(symbol).trim(),
    params: [...all('typeParam'), ...all('param')].map((text) => {
      const [name = '', ...words] = text.split(/\s+/);
      return { name, text: words.join(' ').replace(/^- /, '') };
    }),
    returns: [...all('returns'), ...all('return')][0],
    throws: all('throws'),
    defaultValue: [...all('default'), ...all('defaultValue')][0],
    examples: all('example'),
  };
}
