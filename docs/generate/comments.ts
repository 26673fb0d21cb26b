/** What the doc comments of domain/events/ say about one event type. */
export type EventComments = {
  /** Name of the type that lists the area's events, and what its comment says. */
  readonly area: string;
  readonly about: string;
  readonly text: string;
  readonly fields: ReadonlyMap<string, string>;
};

const areaLine = /^export type (\w+Events) = \{$/;
/** Members of a list of events, and fields of one of them, as the formatter sets them in. */
const eventLine = /^ {2}(\w+): /;
const fieldLine = /^ {4}(\w+)\??: /;

/** Comments as one line of text. */
const plain = (comment: string): string =>
  comment
    .replace(/^\s*\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim();

/** Reads the comments out of the source of one file of domain/events/. */
export function commentsOf(source: string): Map<string, EventComments> {
  const found = new Map<string, EventComments>();
  let comment = '';
  let isOpen = false;
  let area: { readonly name: string; readonly about: string } | undefined;
  let fields = new Map<string, string>();
  const take = (): string => {
    const text = plain(comment);
    comment = '';
    return text;
  };
  for (const line of source.split('\n')) {
    if (isOpen || /^\s*\/\*\*/.test(line)) {
      comment = isOpen ? `${comment}\n${line}` : line;
      isOpen = !line.includes('*/');
      continue;
    }
    const [, areaName] = areaLine.exec(line) ?? [];
    const [, event] = (area && eventLine.exec(line)) ?? [];
    const [, field] = (area && fieldLine.exec(line)) ?? [];
    if (areaName !== undefined) area = { name: areaName, about: take() };
    else if (line === '};') area = undefined;
    else if (event !== undefined && area) {
      fields = new Map();
      found.set(event, { area: area.name, about: area.about, text: take(), fields });
    } else if (field !== undefined) {
      const text = take();
      if (text !== '') fields.set(field, text);
    }
    if (line.trim() !== '') comment = '';
  }
  return found;
}
