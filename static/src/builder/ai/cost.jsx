/* What a question may cost and what is left, before anybody asks. */
import { account } from './proposal.js';

const number = (value) => value.toLocaleString();

export function Cost({ estimate, children }) {
  const now = account.value;
  if (!now) return <p class="b-hint" role="status">Looking up what is left…</p>;
  if (now.problem) return <p class="notice notice-failed" role="alert">{now.problem.message}</p>;
  const isShort = estimate !== null && estimate > now.left;
  return (
    <p class={isShort ? 'notice notice-failed' : 'b-hint'} role="status">
      {estimate !== null && <>At most <b>{number(estimate)}</b> credits, charged by use. </>}
      <b>{number(now.left)}</b> left for you now. {isShort && 'That is not enough: choose fewer variants, or ask an owner for a larger plan.'}
      {children}
    </p>
  );
}

export const isTooMuch = (estimate) => Boolean(account.value?.problem) || (estimate !== null && account.value?.left < estimate);
