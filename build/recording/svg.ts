import type { Line, Span } from './screen.ts';

const COLUMNS = 100;
const ROWS = 30;
const [CHARACTER, ROW, EDGE, BAR] = [7.82, 17, 12, 30];
/** Seconds that the last screen stays before the recording begins anew. */
const HOLD = 8;

/** The sixteen colours of a dark terminal. */
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#8b949e',
  91: '#ffa198',
  92: '#aff5b4',
  93: '#f2cc60',
  94: '#a5d6ff',
  95: '#e2c5ff',
  96: '#b3f0ff',
};

export const screen = { columns: COLUMNS, rows: ROWS } as const;

/** A terminal that scrolls through the lines, by style sheet alone; who wants no motion sees its last screen. */
export function svgOf(lines: readonly Line[], title: string): string {
  const width = Math.round(COLUMNS * CHARACTER + 2 * EDGE);
  const height = BAR + ROWS * ROW + EDGE;
  const seconds = (lines.at(-1)?.at ?? 0) + HOLD;
  const end = shift(lines.length);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escape(title)}</title>`,
    '<style>',
    'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}',
    ...Object.entries(COLORS).map(([code, color]) => `.c${code}{fill:${color}}`),
    `.all{transform:translateY(${end}px);animation:scroll ${seconds.toFixed(1)}s step-end infinite}`,
    `@keyframes scroll{0%{transform:translateY(${shift(0)}px)}${keyframes(lines, seconds)}}`,
    '@media (prefers-reduced-motion:reduce){.all{animation:none}}',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<text x="${width / 2}" y="20" text-anchor="middle" class="c90">${escape(title)}</text>`,
    `<svg y="${BAR}" width="${width}" height="${ROWS * ROW}"><g class="all" xml:space="preserve">`,
    ...lines.map(({ spans }, index) => row(spans, index)).filter(text => text !== ''),
    '</g></svg>',
    '</svg>',
    '',
  ].join('\n');
}

/** Where the lines stand when the last of so many is at the bottom. */
const shift = (count: number): number => (ROWS - count) * ROW;

function keyframes(lines: readonly Line[], seconds: number): string {
  const counts = new Map(lines.map(({ at }, index) => [((100 * at) / seconds).toFixed(2), index + 1]));
  return [...counts]
    .map(([percent, count]) => `${percent}%{transform:translateY(${shift(count)}px)}`)
    .join('');
}

function row(spans: readonly Span[], index: number): string {
  const text = spans.map(({ text, color }) =>
    color !== undefined && color in COLORS
      ? `<tspan class="c${color}">${escape(text)}</tspan>`
      : escape(text),
  );
  return text.length === 0 ? '' : `<text x="${EDGE}" y="${(index + 1) * ROW - 4}">${text.join('')}</text>`;
}

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[^\t\x20-\uFFFD]/g, '');
