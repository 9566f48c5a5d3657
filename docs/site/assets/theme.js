// Before the first paint, so a dark page does not flash.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('docs-theme');
  } catch {
    // If storage is off, the system's choice applies.
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
}
