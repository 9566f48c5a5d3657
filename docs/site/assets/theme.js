// Before the first paint, so that a dark page does not flash.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('docs-theme');
  } catch {
    // Storage may be off; then the system's choice stands.
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
}
