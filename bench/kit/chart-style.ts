/** Text that may stand in a page or a picture. */
export const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The look of charts, by light and by dark. */
export const CHART_STYLE = `
:root { color-scheme: light dark; --card: #fff; --ink: #1d2433; --soft: #5d6676; --line: #e3e1da; --ours: #1f7a6d; --short: #c2571a; --theirs: #b9bfca }
@media (prefers-color-scheme: dark) { :root { --card: #1c2027; --ink: #e8eaee; --soft: #a3acba; --line: #3a424f; --ours: #4fc3ae; --short: #f0975a; --theirs: #6b7686 } }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink) }
svg .name { text-anchor: end }
svg .ours rect { fill: var(--ours) }
svg .theirs rect { fill: var(--theirs) }`;
