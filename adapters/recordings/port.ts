/** Audio that calls play, by the SHA-256 of its bytes in hexadecimal digits. It is never changed, only added. */
export interface Recordings {
  /** @returns the hash; the bytes are on disk by then */
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
}
