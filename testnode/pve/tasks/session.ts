/** In whose name this process works, and how it starts workers. */
export interface Session {
  /** `user@realm`, or `user@realm!token`. */
  readonly user: string;
  /** Behind the API workers go on by themselves, and their id is all that the caller gets. */
  readonly isByApi: boolean;
}

let current: Session = { user: 'root@pam', isByApi: false };

/** Whoever types a command is root@pam; a process that works for others says so before each piece of work. */
export function beginSession(session: Session): void {
  current = session;
}

export function currentSession(): Session {
  return current;
}
