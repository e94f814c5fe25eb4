import { datacenterProxy } from '../config/datacenter.ts';
import { InterruptFailure, messageOf, PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runAndListen } from '../runtime/run-command.ts';

/**
 * Fetches a URL with wget and shows what it says, line by line. The last line is kept back: when wget fails, it is the
 * reason, unless it is empty.
 */
export async function fetchWithWget(
  url: string,
  target: string,
  verifiesCertificates: boolean,
): Promise<void> {
  const proxy = datacenterProxy();
  const settings = [
    'LC_ALL=C',
    ...(proxy === undefined ? [] : [`http_proxy=${proxy}`, `https_proxy=${proxy}`]),
  ];
  const args = ['--progress=dot:giga', ...(verifiesCertificates ? [] : ['--no-check-certificate'])];
  const lines = lineBuffer();
  const listeners = { onOutput: lines.add, onError: lines.add };
  const status = await runAndListen(
    'env',
    [...settings, 'wget', ...args, '-O', target, url],
    listeners,
  ).catch((error: unknown) => {
    lines.end();
    const reason = error instanceof InterruptFailure ? 'received interrupt' : messageOf(error);
    throw new PveFailure(`download failed: ${reason}`);
  });
  const last = lines.end(status !== 0);
  if (status !== 0) throw new PveFailure(`download failed: ${last === '' ? `exit code ${status}` : last}`);
}

interface LineBuffer {
  readonly add: (text: string) => void;
  /** Shows what is left, or hands the last line back without showing it. */
  readonly end: (keepsLast?: boolean) => string;
}

function lineBuffer(): LineBuffer {
  let rest = '';
  let last: string | undefined;
  const show = (line: string | undefined): void => {
    if (line !== undefined && line.trim() !== '') print(line);
  };
  return {
    add: text => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        show(last);
        last = line;
      }
    },
    end: (keepsLast = false) => {
      if (rest !== '') {
        show(last);
        last = rest;
      }
      if (!keepsLast) show(last);
      return last?.trim() ?? '';
    },
  };
}
