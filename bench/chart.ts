import { figure } from './figures.ts';
import type { Sample } from './rounds.ts';
import { times } from './targets.ts';

const BAR = 18;
const GAP = 6;
const LABELS = 150;
const BARS = 430;
const NUMBERS = 130;
const TITLE = 34;

const FONT = 'font-family="sans-serif" font-size="13"';

/** SVG: a bar for the median of each way that did this work, with a line from the lowest to the highest run. */
export function chart(samples: readonly Sample[], work: string): string {
  const ways = [...new Set(samples.filter(sample => sample.work === work).map(({ way }) => way))];
  const found = ways.map(way => ({ way, ...figure(times(samples, work, way)) }));
  const longest = Math.max(...found.map(({ highest }) => highest));
  const height = TITLE + found.length * (BAR + GAP);
  const width = LABELS + BARS + NUMBERS;
  const at = (seconds: number): string => (LABELS + (seconds / longest) * BARS).toFixed(1);
  const bars = found.flatMap(({ way, median, lowest, highest }, index) => {
    const y = TITLE + index * (BAR + GAP);
    const middle = y + BAR / 2;
    return [
      `<text x="${LABELS - 8}" y="${middle + 5}" text-anchor="end">${escaped(way)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${((median / longest) * BARS).toFixed(1)}" height="${BAR}" fill="${way === 'role' ? '#e57000' : '#8a94a0'}"/>`,
      `<path d="M${at(lowest)} ${middle}H${at(highest)}" stroke="#222" stroke-width="1.5"/>`,
      `<text x="${Number(at(highest)) + 8}" y="${middle + 5}">${median.toFixed(1)} s</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(work)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<g ${FONT} fill="#222">`,
    `<text x="8" y="20" font-weight="bold">${escaped(work)}</text>`,
    ...bars,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
