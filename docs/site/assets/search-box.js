// The search field and its results; what is found is a matter of search.js. It needs site.js, which comes before it.
const addressOf = (route) => `${root.dataset.root}${route}`;

function load(route) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = addressOf(route);
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

let searching;
/** Loaded only when somebody wants to search: most readers follow links. If that fails, the next letter tries again. */
function openSearch() {
  searching ??= Promise.all(['assets/minisearch.js', 'assets/search-entries.js', 'assets/search.js'].map(load)).then(
    () => window.createSearch(window.MiniSearch, window.searchEntries),
    (error) => {
      searching = undefined;
      throw error;
    },
  );
  return searching;
}

/** How much a result shows of its text, in characters. All of it is read out, since it is part of the link's name. */
const LONGEST = 200;

/** Cut between two words. */
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/\s\S*$/, '')}…` : text);

/** What a result shows of its text: from a little before the first word that was found there. */
function extractOf(text, match) {
  const words = Object.keys(match).filter((word) => match[word].includes('text'));
  const places = words.map((word) => text.toLowerCase().search(new RegExp(`(?:^|[^\\p{L}\\p{N}_])${word}`, 'u'))).filter((at) => at >= 0);
  const first = Math.min(...places, text.length);
  return cut(first < 60 || places.length === 0 ? text : `…${text.slice(text.indexOf(' ', first - 40))}`);
}

function resultItem({ page, heading, url, text, match }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = addressOf(url);
  const small = document.createElement('small');
  small.textContent = extractOf(text, match);
  link.append(heading ? `${page} › ${heading}` : page, small);
  item.append(link);
  return item;
}

/** Instead of results: words, and where else to look. */
function noneItem(words) {
  const item = document.createElement('li');
  item.className = 'none';
  item.append(`${words} Or look at `);
  const places = { 'guides/questions.html': 'questions and short answers', 'guides/index.html': 'guides', 'recipes/index.html': 'recipes' };
  Object.entries(places).forEach(([route, name], at) => {
    const link = document.createElement('a');
    link.href = addressOf(route);
    link.textContent = name;
    item.append(['the ', ', the ', ' or the '][at], link);
  });
  item.append('.');
  return item;
}

const NOTHING = 'Nothing found. Try another word.';
const SMALL_WORDS_ONLY = 'Add a word for what you look for, such as "erase" or "React".';
const NO_SEARCH = 'The search could not be loaded. Type a letter to try again.';

function startSearch() {
  const input = find('header input');
  const results = find('#search-results');
  const close = () => (results.hidden = true);
  const show = async () => {
    const words = input.value.trim();
    if (words === '') {
      results.replaceChildren();
      return close();
    }
    const search = await openSearch().catch(() => undefined);
    if (words !== input.value.trim()) return undefined;
    const found = search?.(words)?.slice(0, 12);
    const hasSome = found !== undefined && found.length > 0;
    const none = !search ? NO_SEARCH : found ? NOTHING : SMALL_WORDS_ONLY;
    results.replaceChildren(...(hasSome ? found.map(resultItem) : [noneItem(none)]));
    results.hidden = false;
    results.scrollTop = 0;
    say(!hasSome ? none : found.length === 1 ? '1 result' : `${found.length} results`);
    return undefined;
  };
  input.addEventListener('focus', () => void openSearch().catch(() => undefined));
  input.addEventListener('input', () => void show());
  const move = (event, step) => {
    const links = [...results.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement) + step;
    event.preventDefault();
    (at < 0 ? input : links[Math.min(at, links.length - 1)])?.focus();
  };
  find('search').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
      input.focus();
    }
    if (event.key === 'ArrowDown' && results.hidden) void show();
    else if (event.key === 'ArrowDown') move(event, 1);
    if (event.key === 'ArrowUp') move(event, -1);
    if (event.key === 'Enter' && event.target === input) void show().then(() => results.querySelector('li:not(.none) a')?.click());
  });
  // They cover the page, so the focus must not move to what is behind them.
  find('search').addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null && !find('search').contains(relatedTarget)) close();
  });
  document.addEventListener('click', (event) => {
    if (!find('search').contains(event.target)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    input.focus();
  });
  input.hidden = false;
}

startSearch();
