import { CallRefused, problemOf, Unreachable } from './faults.ts';

/** No line of the interface is nearly as long. */
const maxLineLength = 16 * 1024 * 1024;

/** Lines of an answer as they come. @throws {Unreachable} where it breaks off */
export async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const bytes of response.body ?? []) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineLength) throw new RangeError('a line has no end');
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    }
  } catch (cause) {
    throw new Unreachable('the answer broke off', cause);
  }
}

/** JSON values, a line each. @throws {CallRefused} where the last line says how it failed */
export async function* valuesOf(response: Response): AsyncGenerator {
  for await (const line of linesOf(response)) {
    const value: unknown = JSON.parse(line);
    const problem: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'problem') : undefined;
    if (typeof problem === 'object' && problem !== null)
      throw new CallRefused(problemOf(Number(Reflect.get(problem, 'status')), problem));
    yield value;
  }
}

export type Message = { readonly id: string; readonly event: string; readonly data: string };

/** Server-sent events (WHATWG HTML §9.2); comments, which keep the connection alive, are passed over. */
export async function* messagesOf(lines: AsyncIterable<string>): AsyncGenerator<Message> {
  let [id, event, data] = ['', '', ''];
  for await (const line of lines) {
    const [, name = '', value = ''] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    if (name === 'id') id = value;
    if (name === 'event') event = value;
    if (name === 'data') data += data === '' ? value : `\n${value}`;
    if (line !== '' || data === '') continue;
    yield { id, event, data };
    [event, data] = ['', ''];
  }
}
