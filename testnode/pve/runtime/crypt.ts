import { runToEnd } from './run-command.ts';

const CRYPT = 'chomp(my ($password, $setting) = <STDIN>); print crypt($password, $setting) // ""';

/** crypt(3), which Node.js does not have; Perl, which every Debian has, knows all the hashes that the system knows. */
export function crypt(password: string, setting: string): string {
  return runToEnd('perl', ['-e', CRYPT], `${password}\n${setting}\n`).stdout;
}
