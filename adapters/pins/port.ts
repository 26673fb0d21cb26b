/** Slow hashes of what people remember: PINs and answers (SEC-50). */
export interface Pins {
  /** argon2id in PHC form. */
  hash(text: string): Promise<string>;
  /** Compares in constant time; false for a hash that cannot be read. */
  verify(hash: string, text: string): Promise<boolean>;
}
