import { exists } from '../../system/files.ts';

/** What a guest prints on its console while somebody listens. */
export interface SerialConsole {
  /** Its last lines, oldest first. */
  readonly lastLines: () => readonly string[];
  readonly close: () => void;
}

const LINES = 10;
/** Longest text that is kept of what was printed; a boot prints hundreds of lines. */
const KEPT = 16_384;

/** Control sequences of terminals (ECMA-48), and whatever else cannot be shown. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]|[^\n\u0020-\u007e\u00a0-\uffff]/g;

/**
 * Listens at the socket of a serial console. QEMU keeps nothing for those who come late, so one listens before something
 * goes wrong; as long as one does, `qm terminal` must wait.
 */
export async function listenToConsole(path: string): Promise<SerialConsole> {
  if (!(await exists(path))) return { lastLines: () => [], close: () => undefined };
  const { connect } = await import('node:net');
  const socket = connect(path);
  let text = '';
  socket.on('data', chunk => {
    text = (text + chunk.toString('utf8')).slice(-KEPT);
  });
  socket.on('error', () => socket.destroy());
  return { lastLines: () => lastLines(text), close: () => socket.destroy() };
}

const lastLines = (text: string): readonly string[] =>
  text
    .replace(UNPRINTABLE, '')
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '')
    .slice(-LINES);
