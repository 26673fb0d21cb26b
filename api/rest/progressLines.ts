/** Progress in between is dropped: a line for each event would cost more than the event. */
const progressEveryMs = 200;

export type Progress = { readonly done: number; readonly total: number };

/** Turns a callback into lines: the newest progress every so often, and then the report. */
export async function* progressLines<Report extends object>(
  work: (onProgress: (done: number, total: number) => void) => Promise<Report>,
): AsyncGenerator<Progress | { report: Report }> {
  let progress: Progress | undefined;
  const working = work((done, total) => {
    progress = { done, total };
  });
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const tick = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, progressEveryMs, undefined);
    });
    const report = await Promise.race([working, tick]).finally(() => clearTimeout(timer));
    if (progress) yield progress;
    progress = undefined;
    if (report) {
      yield { report };
      return;
    }
  }
}
