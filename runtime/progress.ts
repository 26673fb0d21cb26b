const turns = ['|', '/', '-', '\\'];
const spinEveryMs = 120;
const lineEveryMs = 15_000;

/**
 * Tells on stderr that something long is under way: a spinner with the elapsed time on a terminal, otherwise a line
 * at the start, every 15 s and at the end.
 */
export const showProgress = (what: string, output: NodeJS.WriteStream = process.stderr) => {
  const start = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - start) / 1000)} s`;
  let turn = 0;
  const spin = (): void => {
    turn = (turn + 1) % turns.length;
    output.write(`\r${turns[turn]} ${what}: ${elapsed()} `);
  };
  const line = (): void => void output.write(`${what}: ${elapsed()}\n`);
  const show = output.isTTY ? spin : line;
  show();
  const timer = setInterval(show, output.isTTY ? spinEveryMs : lineEveryMs);
  return {
    end(): void {
      clearInterval(timer);
      if (output.isTTY) output.write('\r\u001b[K');
      else line();
    },
  };
};
