import { useMemo } from 'preact/hooks';

let last = 0;

/** An id for a label or a menu. Preact's own useId begins anew in every root, and a screen has several. */
export function useUniqueId() {
  return useMemo(() => `r${(last += 1)}`, []);
}
