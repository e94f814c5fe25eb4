import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.ts';
import type { Sample } from './rounds.ts';

const DOCS = join(import.meta.dirname, '../docs');
const [BEGIN, END] = ['<!-- figures: begin -->', '<!-- figures: end -->'];

/** Puts the tables of a run and a chart for each piece of work into docs/performance.md. */
export function writePage(samples: readonly Sample[], tables: string, docs = DOCS): void {
  const [page, charts] = [join(docs, 'performance.md'), join(docs, 'performance')];
  const works = [...new Set(samples.map(({ work }) => work))];
  rmSync(charts, { recursive: true, force: true });
  mkdirSync(charts);
  const images = works.map((work, index) => {
    const name = `${String(index + 1)}.svg`;
    writeFileSync(join(charts, name), chart(samples, work));
    return `![${work}](performance/${name})`;
  });
  const text = readFileSync(page, 'utf8');
  const figures = [BEGIN, tables, images.join('\n\n'), END].join('\n\n');
  writeFileSync(
    page,
    text.slice(0, text.indexOf(BEGIN)) + figures + text.slice(text.indexOf(END) + END.length),
  );
}
