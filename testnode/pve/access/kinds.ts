export interface Token {
  readonly id: string;
  readonly expire: number;
  readonly privsep: boolean;
  readonly comment: string;
}

export interface User {
  readonly id: string;
  readonly enable: boolean;
  /** Seconds since 1970; 0 is never. */
  readonly expire: number;
  readonly firstname: string;
  readonly lastname: string;
  readonly email: string;
  readonly comment: string;
  readonly keys: string;
  readonly tokens: ReadonlyMap<string, Token>;
}

export interface Group {
  readonly users: readonly string[];
  readonly comment: string;
}

export interface Pool {
  readonly comment: string;
  readonly vms: readonly number[];
  readonly storages: readonly string[];
}

/** Who got which role on a path. */
export interface Grant {
  readonly path: string;
  readonly kind: 'user' | 'group' | 'token';
  /** Name of the user, group or token. */
  readonly who: string;
  readonly role: string;
  readonly propagate: boolean;
}

/** The text of /etc/pve/user.cfg as data. */
export interface AccessConfig {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly pools: ReadonlyMap<string, Pool>;
  /** Roles of the administrator's own. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly grants: readonly Grant[];
}
