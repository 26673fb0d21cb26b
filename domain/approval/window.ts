/** When requests are taken: on these days between these times of day. */
export type AvailabilityWindow = {
  /** ISO days of the week, Monday 1 to Sunday 7. */
  readonly days: readonly number[];
  /** `HH:MM`; `to` is not within any more. A window whose end is not after its start ends on the next day. */
  readonly from: string;
  readonly to: string;
  /** Minutes that the clock of the window is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  /** What happens to a request outside of it. */
  readonly outside: 'wait' | 'refuse';
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const daysOfWeek = 7;
const maxOffsetMinutes = 14 * 60;

const timeOfDay = /^([01]\d|2[0-3]):([0-5]\d)$/;

const msOf = (time: string): number => {
  const [hours = '0', minutes = '0'] = time.split(':');
  return (Number(hours) * 60 + Number(minutes)) * minuteMs;
};

/** 1970-01-01 was a Thursday. */
const isoDay = (dayNumber: number): number => ((dayNumber + 3) % daysOfWeek) + 1;

/** The first instant from `nowMs` on that lies in the window: `nowMs` itself where it does. */
export const nextOpening = (window: AvailabilityWindow, nowMs: number): number => {
  const offsetMs = window.utcOffsetMinutes * minuteMs;
  const local = nowMs + offsetMs;
  const today = Math.floor(local / dayMs);
  const from = msOf(window.from);
  const to = msOf(window.to) > from ? msOf(window.to) : msOf(window.to) + dayMs;
  // Yesterday's window may reach into today; a week later every day was seen.
  for (let day = today - 1; day <= today + daysOfWeek; day += 1) {
    if (!window.days.includes(isoDay(day))) continue;
    const opens = day * dayMs + from;
    const closes = day * dayMs + to;
    if (local < closes) return Math.max(local, opens) - offsetMs;
  }
  return nowMs;
};

export const windowFault = (window: AvailabilityWindow): string | undefined => {
  if (window.days.length === 0) return 'a window names at least one day';
  if (window.days.some((day) => !Number.isInteger(day) || day < 1 || day > daysOfWeek))
    return 'days of a window are numbers from 1 (Monday) to 7 (Sunday)';
  if (!timeOfDay.test(window.from) || !timeOfDay.test(window.to))
    return 'times of a window are written HH:MM';
  return Math.abs(window.utcOffsetMinutes) > maxOffsetMinutes
    ? `utcOffsetMinutes is at most ${maxOffsetMinutes} either way`
    : undefined;
};
