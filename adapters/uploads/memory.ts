import type { Sealed } from '../../domain/sealed.ts';
import type { Uploads } from './port.ts';

/** Uploads that end with the process, for tests. */
export const uploadsInMemory = (): Uploads => {
  const uploads = new Map<string, Map<string, readonly Sealed[]>>();
  return {
    async write(uploadId, part, lines) {
      const parts = uploads.get(uploadId) ?? new Map<string, readonly Sealed[]>();
      uploads.set(uploadId, parts.set(part, lines));
    },
    read: async (uploadId, part) => uploads.get(uploadId)?.get(part),
    remove: async (uploadId) => void uploads.delete(uploadId),
  };
};
