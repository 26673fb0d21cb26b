/** Prints one line of a command's result. */
export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const pad = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');

/** An instant in local time with its offset: `2026-11-22 11:00:05 +01:00`. */
export const localTime = (instant: string | undefined): string => {
  if (instant === undefined || instant === '') return '';
  const date = new Date(instant);
  const offset = -date.getTimezoneOffset();
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${day} ${time} ${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
};

/** Text from elsewhere, without what would move the cursor of a terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what this takes out
const tame = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�');

/** Aligned columns under their titles; nothing is cut, so that ids can be copied. */
export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = [titles, ...rows].map((cells) => cells.map(tame));
  const widths = titles.map((_, column) =>
    lines.reduce((widest, cells) => Math.max(widest, cells[column]?.length ?? 0), 0),
  );
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
};

/** Names and values below each other; what has no value is left out. */
export const details = (fields: Readonly<Record<string, string | undefined>>): string => {
  const rows = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  const width = rows.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${tame(value ?? '')}`).join('\n');
};
