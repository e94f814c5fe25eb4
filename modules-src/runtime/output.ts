import { writeWhole } from '../system/standard-streams.ts';

/** Writes the result as one line of ASCII JSON: Ansible splits at Unicode line separators and refuses bad bytes. */
export function writeResult(result: unknown): void {
  writeWhole(`${JSON.stringify(result).replace(/[\u007f-\uffff]/g, unicodeEscape)}\n`);
}

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
