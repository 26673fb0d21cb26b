import { createHash } from 'node:crypto';

/** Namespace of the project's own name-based UUIDs; changing it would make every retried step a new event. */
const namespace = '5f0c1d8e-7a43-4e0b-9c52-d2b6a1f4e837';

/**
 * Id of the event that a workflow's step appends: the same on every try (REL-02).
 * @param step unique within the workflow, with a number where one step appends several events
 */
export const eventId = (workflowId: string, step: string): string =>
  // The length keeps ("a b", "c") and ("a", "b c") apart.
  uuid5(namespace, `${workflowId.length} ${workflowId} ${step}`);

/** Name-based UUID, RFC 9562 §5.5. */
export function uuid5(space: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
