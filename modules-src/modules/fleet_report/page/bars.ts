import type { Fleet } from '../fleet.ts';
import { STATES } from '../fleet.ts';
import { escape } from './escape.ts';
import { counted, STATE_WORDS } from './words.ts';

/** The whole fleet as one bar, with the numbers beside it for whoever sees no colours. */
export function fleetBar({ totals }: Fleet): string {
  const parts = STATES.filter(state => totals[state] > 0);
  const widths = parts.map(state => (100 * totals[state]) / totals.guests);
  const rects = parts.map((state, at) => {
    const left = widths.slice(0, at).reduce((sum, width) => sum + width, 0);
    return `<rect x="${left.toFixed(3)}%" width="${(widths[at] ?? 0).toFixed(3)}%" height="100%" style="fill: var(--${state})"/>`;
  });
  const words = parts.map(state => `${totals[state]} ${STATE_WORDS[state]}`);
  const legend = parts.map(
    (state, at) => `<li><span class="dot" style="background: var(--${state})"></span>${words[at] ?? ''}</li>`,
  );
  return `<svg class="bar" role="img" aria-label="${words.join(', ')}">${rects.join('')}</svg>
<ul class="legend">${legend.join('')}</ul>`;
}

const MOST_SETTINGS = 12;

/** Which settings differ, the most frequent first. */
export function settingBars({ guests }: Fleet): string {
  const counts = new Map<string, number>();
  for (const { differences, waiting } of guests)
    for (const setting of new Set([...differences, ...waiting].map(({ setting }) => setting)))
      counts.set(setting, (counts.get(setting) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const most = rows[0]?.[1] ?? 1;
  return rows
    .slice(0, MOST_SETTINGS)
    .map(
      ([setting, count]) =>
        `<code>${escape(setting)}</code><svg aria-hidden="true"><rect width="${((100 * count) / most).toFixed(3)}%" height="100%" rx="3" style="fill: var(--differs)"/></svg><span>${counted(count, 'VM')}</span>`,
    )
    .join('\n');
}
