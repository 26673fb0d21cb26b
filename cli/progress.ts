const barWidth = 40;

/** Shows how far something is, on stderr: a bar where that is a terminal, a line now and then elsewhere. */
export const progress = (what: string, isQuiet: boolean) => {
  const isTerminal = process.stderr.isTTY;
  const stepPercent = 10;
  let said = -stepPercent;
  return {
    show(done: number, total: number): void {
      if (isQuiet) return;
      const part = total === 0 ? 1 : Math.min(1, done / total);
      if (isTerminal) {
        const bar = '█'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '░');
        process.stderr.write(`\r${bar} ${done} of ${total} ${what}`);
        return;
      }
      const percent = Math.floor(part * 100);
      if (percent < said + stepPercent) return;
      said = percent;
      process.stderr.write(`${done} of ${total} ${what}\n`);
    },
    end(): void {
      if (isTerminal && !isQuiet) process.stderr.write('\r\u001b[K');
    },
  };
};
