import { keyLines } from '../text/key-lines.ts';
import { decodeText } from '../text/vm-config.ts';

/** What belongs to a VM and is in none of its variables; each is a line for a person. */
export function remarksOn(found: ReadonlyMap<string, string>): readonly string[] {
  const keys = keyLines(decodeText(found.get('sshkeys') ?? ''));
  return [
    ...(found.has('cipassword')
      ? [
          'cloud_init_password: there is one, and nobody can read it; with a cloud image, take it from a vault',
        ]
      : []),
    ...(keys.length > 0
      ? ['cloud_init_ssh_keys, which need a cloud image:', ...keys.map(key => `  - ${key}`)]
      : []),
    ...[...found].flatMap(([key, volume]) =>
      /^unused\d+$/.test(key) ? [`${key}: ${volume} is a disk that no drive uses`] : [],
    ),
  ];
}
