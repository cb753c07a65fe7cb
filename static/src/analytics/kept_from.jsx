/* What is counted from single visits reaches back no longer than a plan keeps those. */
import { question } from './question.js';
import { dayName } from './words.js';

export function KeptFrom({ day, what }) {
  if (!day || day <= question.value.from) return null;
  return <p class="soft small kept-from">{what} count from {dayName(day)} on: single visits are kept no longer.</p>;
}
