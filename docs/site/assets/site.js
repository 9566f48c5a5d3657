// The menu on narrow screens, the theme and the copy buttons. Without this script, every page can still be read.
const root = document.documentElement;
const find = (selector) => document.querySelector(selector);

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

function startCopying() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll('pre.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    const copy = async () => {
      const told = await navigator.clipboard.writeText(block.querySelector('code').textContent).then(
        () => 'Copied',
        () => 'Not copied',
      );
      button.textContent = told;
      say(told);
      setTimeout(() => (button.textContent = 'Copy'), 1_500);
    };
    button.addEventListener('click', () => void copy());
    block.append(button);
  }
}

startMenu();
startTheme();
startCopying();
