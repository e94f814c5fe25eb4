/** Something that a program printed, and when, in seconds since its start. */
export interface Chunk {
  readonly at: number;
  readonly text: string;
}

/** Text in one colour: an SGR number of the foreground (30 to 37, 90 to 97), or none. */
export interface Span {
  readonly text: string;
  readonly color: number | undefined;
}

/** A line of the screen, and the second in which it was complete. */
export interface Line {
  readonly at: number;
  readonly spans: readonly Span[];
}

/** The lines that chunks amount to on a terminal of that width; a line that was printed over shows its last text. */
export function linesOf(chunks: readonly Chunk[], columns: number): readonly Line[] {
  const lines: Line[] = [];
  let rest = '';
  for (const { at, text } of chunks) {
    const complete = (rest + text).split(/\r*\n/);
    rest = complete.pop() ?? '';
    for (const line of complete)
      for (const spans of wrap(spansOf(line.slice(line.lastIndexOf('\r') + 1)), columns))
        lines.push({ at, spans });
  }
  return lines;
}

// oxlint-disable-next-line no-control-regex -- this is what terminals take for colours
const ESCAPE = /\u001b\[([\d;]*)([A-Za-z])/;

function spansOf(line: string): readonly Span[] {
  const parts = line.split(new RegExp(ESCAPE, 'g'));
  const spans: Span[] = [];
  let color: number | undefined;
  for (let index = 0; index < parts.length; index += 3) {
    const text = parts[index] ?? '';
    if (text !== '') spans.push({ text, color });
    if (parts[index + 2] === 'm') color = colorOf(parts[index + 1] ?? '');
  }
  return spans;
}

const colorOf = (codes: string): number | undefined =>
  codes
    .split(';')
    .map(Number)
    .find(code => (code >= 30 && code <= 37) || (code >= 90 && code <= 97));

function wrap(spans: readonly Span[], columns: number): readonly (readonly Span[])[] {
  const rows: Span[][] = [[]];
  let width = 0;
  for (const { text, color } of spans) {
    for (let start = 0; start < text.length;) {
      if (width === columns) {
        rows.push([]);
        width = 0;
      }
      const piece = text.slice(start, start + columns - width);
      rows.at(-1)?.push({ text: piece, color });
      start += piece.length;
      width += piece.length;
    }
  }
  return rows;
}

/** The same lines in a time that is bearable to watch: no wait is longer than that, and no line comes sooner than that. */
export function paced(lines: readonly Line[], longest: number, shortest: number): readonly Line[] {
  let [before, shown] = [0, 0];
  return lines.map(({ at, spans }) => {
    shown += Math.min(Math.max(at - before, shortest), longest);
    before = at;
    return { at: shown, spans };
  });
}
