/** How much faster or slower than real time it may run while it follows the wall clock. */
const slewRate = 0.003;
/** No attempt lives longer. Beyond it the machine slept, and what was open is over. */
const adoptBeyondMs = 10 * 60_000;

/**
 * Unix milliseconds for deadlines (REL-16): the wall clock at the start, carried on by the monotonic clock, so that a
 * step of the wall clock neither ends what is open nor keeps it open. It follows the wall clock so slowly that a
 * deadline of five minutes moves by less than a second, and it never goes back; only a step forward beyond the life of
 * any attempt is taken over at once. Codes are a matter of true time and are compared by the wall clock: a step that
 * has passed is on record and never passes again, whatever the clock says.
 */
export const steadyClock = (
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): (() => number) => {
  let at = monotonic();
  let now = wall();
  return () => {
    const elapsed = monotonic() - at;
    at += elapsed;
    now += elapsed;
    const gap = wall() - now;
    const most = elapsed * slewRate;
    now += gap > adoptBeyondMs ? gap : Math.min(Math.max(gap, -most), most);
    return Math.floor(now);
  };
};
