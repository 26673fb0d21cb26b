import type { DirectoryPerson, Refusal } from './port.ts';

/** One server of a directory. */
export type DirectoryServer = {
  readonly host: string;
  readonly port: number;
  readonly security: 'ldaps' | 'startTls' | 'none';
  /** The name that its certificate must have. */
  readonly serverName: string;
  /** Authorities in PEM; those of this machine where absent. */
  readonly ca?: string;
  /** For everything that one login needs of it. */
  readonly timeoutMs: number;
};

/** How a typed name becomes an entry. */
export type DirectoryNames =
  | { readonly kind: 'ldap'; readonly filter: string }
  /** NetBIOS name of the domain. */
  | { readonly kind: 'windowsDomain'; readonly domain: string };

/** What is the same for all servers of a directory. */
export type DirectorySettings = {
  readonly baseDn: string;
  readonly names: DirectoryNames;
  /** Who looks for people; nobody by name where absent. */
  readonly account?: { readonly name: string; readonly password: string };
  /** The first of these that an entry has says by what name the person is known here. */
  readonly usernameAttributes: readonly string[];
  readonly groupAttribute: string;
  /** Groups that hold a group of theirs count, too: only Active Directory says so. */
  readonly nestedGroups: boolean;
};

/** What one server is asked. Without a password it looks for the person only. */
export type Question = {
  readonly server: DirectoryServer;
  readonly settings: DirectorySettings;
  readonly username: string;
  readonly password?: string;
};

/** An account of a Windows domain has a name of its own beside that of the person. */
export type FoundPerson = DirectoryPerson & { readonly account?: string };

export type ServerAnswer =
  | { readonly kind: 'accepted'; readonly person: FoundPerson }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  | { readonly kind: 'unresolved'; readonly fault: string }
  /** This server is of no use now; another may be. */
  | { readonly kind: 'failed'; readonly fault: string };

/** The server is well, but the name leads to nobody; the message is for the log. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
}

/** The server is of no use; the message is for the log and holds nothing secret. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
}
