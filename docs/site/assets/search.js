// What the search finds. No module, since a page that is opened from a folder can load scripts only. The tests load it too.
{
  /** Words of questions, which the docs need not have. Not "on": it is a method. */
  const SMALL_WORDS = new Set(
    'a about am an and any are be by can could did do does for from has have how i if in into is it its me mean my of one or our should that the there they this to use was we what when where which who why will with work would you your'.split(' '),
  );

  /** What readers type, and what the docs call it. */
  const OTHER_WORDS = new Map(
    Object.entries({
      backup: 'export', begin: 'start', chrome: 'chromium', delete: 'erase', getting: 'quick', login: 'sign', logout: 'sign', multiple: 'several', popup: 'toast',
      started: 'start', subpath: 'path', typescript: 'types',
    }),
  );

  /** A name with dots is one word, such as `worker.fallback` or `Next.js`. */
  const wordsIn = (text) => text.toLowerCase().replaceAll(/['’]/g, '').match(/[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu) ?? [];

  /** As above, and the parts of such names: who types `fallback` wants them too. */
  const wordsAndParts = (text) => wordsIn(text).flatMap((word) => (word.includes('.') ? [word, ...word.split('.')] : [word]));

  /** So that "deleting", "deleted" and "deletes" find each other. What is left of a word need not be one. */
  const ENDINGS = [/^(\w{4,}?)(?:ings?|ed)$/, /^(\w{3,}?)es?$/, /^(\w{2,}[^s])s$/];
  const stemOf = (word) => ENDINGS.map((ending) => ending.exec(word)?.[1]).find((stem) => stem !== undefined) ?? word;

  /** The words of a question that tell what it is about, each once. */
  const tellingWords = (question) => [...new Set(wordsIn(question))].filter((word) => !SMALL_WORDS.has(word));

  /**
   * Makes the search.
   *
   * @returns a function that takes a question and returns the entries it finds, best first; undefined if the question has only small words
   */
  window.createSearch = (MiniSearch, entries) => {
    const index = new MiniSearch({
      fields: ['heading', 'names', 'page', 'text'],
      // The title heads the beginning of a page.
      extractField: (entry, field) => (field === 'heading' ? entry.heading || entry.page : entry[field]),
      // A name counts as a whole: not each code that begins with `worker` explains workers.
      tokenize: (text, field) => (field === 'names' ? wordsIn(text) : wordsAndParts(text)),
      processTerm: stemOf,
      searchOptions: {
        tokenize: wordsIn,
        boost: { heading: 4, names: 6, page: 2 },
        fuzzy: (term) => (term.length > 4 ? 0.2 : 0),
        boostDocument: (id) => entries[id].weight,
      },
    });
    index.addAll(entries);

    /** Each entry's best score for one word. What it finds under another name counts less. */
    const scoresOf = (word, at, words) => {
      const results = index.search(word);
      // The last word may still be typed. It begins others as it is, without its ending cut off.
      if (at === words.length - 1 && word.length > 1) results.push(...index.search(word, { prefix: true, processTerm: (term) => term }));
      const other = OTHER_WORDS.get(word);
      if (other !== undefined) results.push(...index.search(other).map((result) => ({ ...result, score: 0.8 * result.score })));
      const best = new Map();
      for (const result of results) if (result.score > (best.get(result.id)?.score ?? 0)) best.set(result.id, result);
      return [...best.values()];
    };

    return (question) => {
      const words = tellingWords(question);
      if (words.length === 0) return undefined;
      const found = new Map();
      for (const result of words.flatMap(scoresOf)) {
        const { score, hits, match } = found.get(result.id) ?? { score: 0, hits: 0, match: {} };
        found.set(result.id, { ...result, score: score + result.score, hits: hits + 1, match: { ...match, ...result.match } });
      }
      // An entry with all the words comes before one that has one of them often.
      const worthOf = ({ score, hits }) => score * (hits / words.length) ** 2;
      return [...found.values()].sort((a, b) => worthOf(b) - worthOf(a)).map((result) => ({ ...entries[result.id], ...result }));
    };
  };
}
