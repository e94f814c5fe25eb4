import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.ts';
import type { Sample } from './rounds.ts';

const DOCS = join(import.meta.dirname, '../docs');
const PAGE = join(DOCS, 'performance.md');
const CHARTS = join(DOCS, 'performance');
const [BEGIN, END] = ['<!-- figures: begin -->', '<!-- figures: end -->'];

/** Puts the tables of a run and a chart for each piece of work into docs/performance.md. */
export function writePage(samples: readonly Sample[], tables: string): void {
  const works = [...new Set(samples.map(({ work }) => work))];
  rmSync(CHARTS, { recursive: true, force: true });
  mkdirSync(CHARTS);
  const images = works.map((work, index) => {
    const name = `${String(index + 1)}.svg`;
    writeFileSync(join(CHARTS, name), chart(samples, work));
    return `![${work}](performance/${name})`;
  });
  const page = readFileSync(PAGE, 'utf8');
  const figures = [BEGIN, tables, images.join('\n\n'), END].join('\n\n');
  writeFileSync(
    PAGE,
    page.slice(0, page.indexOf(BEGIN)) + figures + page.slice(page.indexOf(END) + END.length),
  );
}
