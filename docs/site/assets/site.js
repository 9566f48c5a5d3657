// The menu on narrow screens, the theme, the search, and the copy buttons. Without this script, every page can still be
// read.
const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
const addressOf = (route) => `${root.dataset.root}${route}`;

/** Announces words to a screen reader, even if they are the same as before. */
function say(words) {
  const place = find('#said');
  place.textContent = '';
  setTimeout(() => (place.textContent = words), 100);
}

function startMenu() {
  const button = find('button.menu');
  const navigation = find('#navigation');
  const isOpen = () => navigation.classList.contains('open');
  // Not `scrollIntoView`: in Chromium the keyboard would begin there, past the header and the link that skips all this.
  const showCurrent = () => {
    const current = navigation.querySelector('[aria-current]');
    if (current) navigation.scrollTop = current.offsetTop + current.offsetHeight - navigation.clientHeight;
  };
  const open = (wanted) => {
    navigation.classList.toggle('open', wanted);
    button.setAttribute('aria-expanded', String(wanted));
    if (wanted) showCurrent();
  };
  button.addEventListener('click', () => open(!isOpen()));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isOpen()) return;
    open(false);
    button.focus();
  });
  // It covers the page, so the focus must not move to what is behind it.
  navigation.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null && relatedTarget !== button && !navigation.contains(relatedTarget)) open(false);
  });
  showCurrent();
}

function startTheme() {
  const button = find('button.theme');
  const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    button.textContent = isDark() ? '☀' : '☾';
    button.setAttribute('aria-label', isDark() ? 'Use the light theme' : 'Use the dark theme');
  };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('docs-theme', root.dataset.theme);
    } catch {
      // If it can't be stored, it holds for this page only.
    }
    show();
  });
  show();
  button.hidden = false;
}

function load(route) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = addressOf(route);
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

/** Words of questions, which the docs need not have. Not "on": it is a method. */
const SMALL_WORDS = new Set('a an and are can do does for how i in is it mean my of or the there to what where which with'.split(' '));

let index;
/** Loaded only when somebody wants to search: most readers follow links. */
async function openIndex() {
  index ??= Promise.all([load('assets/minisearch.js'), load('assets/search-entries.js')]).then(() => {
    const { searchOptions, ...options } = window.searchOptions;
    const search = new window.MiniSearch({
      ...options,
      processTerm: (term) => (SMALL_WORDS.has(term.toLowerCase()) ? null : term.toLowerCase()),
      searchOptions: { ...searchOptions, fuzzy: (term) => (term.length > 4 ? 0.2 : 0), boostDocument: (_id, _term, { weight }) => weight },
    });
    search.addAll(window.searchEntries);
    return search;
  });
  return index;
}

function resultItem({ page, heading, url, text }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = addressOf(url);
  const small = document.createElement('small');
  small.textContent = text;
  link.append(heading ? `${page} › ${heading}` : page, small);
  item.append(link);
  return item;
}

function startSearch() {
  const input = find('header input');
  const results = find('#search-results');
  const close = () => (results.hidden = true);
  const show = async () => {
    const words = input.value.trim();
    if (words === '') return close();
    const search = await openIndex();
    const withAll = search.search(words);
    // No place has all the words: those with some of them are better than none.
    const found = (withAll.length > 0 ? withAll : search.search(words, { combineWith: 'OR' })).slice(0, 12);
    if (words !== input.value.trim()) return undefined;
    const none = document.createElement('li');
    none.className = 'none';
    none.textContent = 'Nothing found';
    results.replaceChildren(...(found.length > 0 ? found.map(resultItem) : [none]));
    results.hidden = false;
    say(found.length === 0 ? 'Nothing found' : found.length === 1 ? '1 result' : `${found.length} results`);
    return undefined;
  };
  input.addEventListener('focus', () => void openIndex());
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
    if (event.key === 'ArrowDown') move(event, 1);
    if (event.key === 'ArrowUp') move(event, -1);
    if (event.key === 'Enter' && event.target === input) results.querySelector('a')?.click();
  });
  document.addEventListener('click', (event) => {
    if (!find('search').contains(event.target)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    input.focus();
  });
  input.hidden = false;
}

function startCopying() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll('pre.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    const copy = async () => {
      await navigator.clipboard.writeText(block.querySelector('code').textContent);
      button.textContent = 'Copied';
      say('Copied');
      setTimeout(() => (button.textContent = 'Copy'), 1_500);
    };
    button.addEventListener('click', () => void copy());
    block.append(button);
  }
}

startMenu();
startTheme();
startSearch();
startCopying();
