const text = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));

/** Chunks of a file that are looked at. */
const maxChunks = 100;

/**
 * How long a wave file plays, seconds (RIFF WAVE, Microsoft "Multimedia Programming Interface and Data Specifications
 * 1.0"). Undefined where the bytes are no wave file.
 */
export const wavSeconds = (bytes: Uint8Array): number | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || text(view, 0) !== 'RIFF' || text(view, 8) !== 'WAVE') return undefined;
  let bytesPerSecond = 0;
  let at = 12;
  for (let chunk = 0; chunk < maxChunks && at + 8 <= bytes.length; chunk += 1) {
    const name = text(view, at);
    const size = view.getUint32(at + 4, true);
    if (name === 'fmt ' && size >= 16 && at + 24 <= bytes.length)
      bytesPerSecond = view.getUint32(at + 16, true);
    if (name === 'data')
      // What the header says may be more, or nothing, where the file was recorded as a stream.
      return bytesPerSecond === 0
        ? undefined
        : Math.max(0, Math.min(size, bytes.length - at - 8)) / bytesPerSecond;
    at += 8 + size + (size % 2);
  }
  return undefined;
};
