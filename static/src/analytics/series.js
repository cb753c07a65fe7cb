/* What the chart draws, from a report: one point for each day, or for each hour of a single day. Pure. */
import { dayInFull, dayName } from './words.js';

export function seriesOf(report, publishes = []) {
  const marks = (matches) => publishes.filter(({ finished_at: at }) => matches(new Date(at).toISOString()));
  if (report.days.length > 1) {
    return report.days.map(({ day, visitors, views }) => ({
      key: day, label: dayName(day), full: dayInFull(day), visitors, views, publishes: marks((at) => at.startsWith(day)),
    }));
  }
  const [{ day }] = report.days;
  const hours = new Map((report.panels.hour ?? []).map((row) => [row.value, row]));
  return Array.from({ length: 24 }, (_, hour) => {
    const key = String(hour).padStart(2, '0');
    return {
      key, label: `${key}:00`, full: `${key}:00 to ${key}:59`, visitors: hours.get(key)?.visitors ?? 0, views: hours.get(key)?.views ?? 0,
      publishes: marks((at) => at.startsWith(`${day}T${key}`)),
    };
  });
}

/** A round number at or above the highest point, for the top of the scale. */
export function topOf(points, metric) {
  const highest = Math.max(4, ...points.map((point) => point[metric]));
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= highest);
}
